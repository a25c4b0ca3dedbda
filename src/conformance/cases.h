// SPDX-License-Identifier: MIT
// cases: the one list of what a meter must read of which signal, from the standards. The verb
// `conformance`, docs/reference/conformance.md and tests/conformance are all made from it. Running
// it is run.h's.
#pragma once

#include "conformance/signal.h"
#include "meter/reading.h"

#include <span>
#include <string>
#include <vector>

namespace gainstage::conformance {

/// What is done with a reading to get the one number that a case is about.
enum class How {
    at_the_end, ///< the reading of the whole signal
    steady,     ///< its value over time, from the first full window on: the one furthest off
    successive  ///< after each step of a live stream, over the step's level: the one furthest off
};

struct Expectation {
    const meter::ReadingSpec* reading;
    How how = How::at_the_end;
    double expected;   ///< what the standard asks for; -inf: silence
    double below;      ///< tolerance downwards, positive
    double above;      ///< tolerance upwards
    double ideal;      ///< what a faultless meter reads of our signal, by ideal.h or in closed form
    double from_ideal; ///< most error against `ideal`: a tenth of the tolerance
};

struct Case {
    std::string document; ///< "EBU Tech 3341"
    std::string number;   ///< "case 13"
    std::string signal;   ///< in words
    /// Each of them must read the same; the one furthest off is reported. None: a recording, which
    /// only its owner has.
    std::vector<Signal> signals;
    std::vector<Expectation> expectations;
    /// What the names of the EBU's own files of this case hold, lower case; empty: there are none.
    std::string file_mark;
    int step_milliseconds = 0;    ///< How::successive: of a step
    double first_step_dbfs = 0.0; ///< and the first step's level; each is 1 dB higher
};

/// The rates at which the list is run.
inline constexpr Hertz case_rates[] = {Hertz{44100.0}, Hertz{48000.0}, Hertz{96000.0},
                                       Hertz{192000.0}};

/// In the order of the documents; the same cases at every rate.
std::vector<Case> cases(Hertz sample_rate);

} // namespace gainstage::conformance
