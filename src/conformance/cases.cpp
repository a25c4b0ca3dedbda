// SPDX-License-Identifier: MIT
#include "conformance/cases.h"

#include "conformance/ideal.h"
#include "meter/crest_factor.h"
#include "meter/loudness.h"
#include "meter/plr.h"
#include "meter/psr.h"
#include "meter/rms.h"
#include "meter/true_peak.h"

#include <cmath>
#include <limits>

namespace gainstage::conformance {
namespace {

using audio::ChannelLayout;
using audio::Speaker;
using Pieces = std::vector<Piece>;

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr double lu = 0.1;       // EBU Tech 3341 and BS.2217: +-0.1 LU for every loudness
constexpr double tp_below = 0.4; // EBU Tech 3341 Table 1: +0.2/-0.4 dB
constexpr double tp_above = 0.2;

double db(double ratio) { return 20.0 * std::log10(ratio); }

Pieces repeated(int times, const Pieces& pieces) {
    Pieces out;
    for (int i = 0; i < times; ++i) {
        out.insert(out.end(), pieces.begin(), pieces.end());
    }
    return out;
}

Pieces followed_by(Pieces pieces, const Piece& last) {
    pieces.push_back(last);
    return pieces;
}

/// Within `tolerance` of what the standard says, and within a tenth of it of the ideal.
Expectation reads(const meter::ReadingSpec& reading,
                  double expected,
                  double tolerance,
                  double ideal,
                  How how = How::at_the_end) {
    return {&reading, how, expected, tolerance, tolerance, ideal, tolerance / 10.0};
}

/// The cases at one sample rate, as they are put together.
class List {
public:
    explicit List(Hertz sample_rate) : rate_(sample_rate) {}

    void tech_3341();
    void tech_3341_windows();
    void tech_3341_true_peak();
    void tech_3342();
    void discriminating();
    void bs_1770_channels();
    void bs_2217();
    void rms();

    std::vector<Case> cases;

private:
    [[nodiscard]] Signal stereo(const Pieces& pieces, int frequency_hz = 1000) const {
        return tone(rate_, frequency_hz, pieces, ChannelLayout::default_for(2));
    }

    void integrated(const char* document,
                    const char* number,
                    const char* signal,
                    const Pieces& pieces,
                    double expected,
                    const char* file_mark = "") {
        const double ideal = ideal_loudness(pieces, 2.0).integrated_lufs;
        cases.push_back({document,
                         number,
                         signal,
                         {stereo(pieces)},
                         {reads(meter::integrated, expected, lu, ideal)},
                         file_mark});
    }

    void range(const char* document,
               const char* number,
               const char* signal,
               const Pieces& pieces,
               double expected,
               double tolerance,
               const char* file_mark = "") {
        cases.push_back({document,
                         number,
                         signal,
                         {stereo(pieces)},
                         {reads(meter::loudness_range, expected, tolerance,
                                ideal_loudness(pieces, 2.0).range_lu)},
                         file_mark});
    }

    void true_peak(const char* number,
                   const char* signal,
                   std::vector<float> samples,
                   double expected,
                   double ideal,
                   const char* file_mark) {
        cases.push_back({"EBU Tech 3341",
                         number,
                         signal,
                         {from_samples(rate_, std::move(samples), ChannelLayout::default_for(2))},
                         {{&meter::true_peak, How::at_the_end, expected, tp_below, tp_above, ideal,
                           tp_above / 10.0}},
                         file_mark});
    }

    void one_level(const char* document,
                   const std::string& number,
                   const std::string& signal,
                   const Signal& tone,
                   double expected,
                   double ideal) {
        cases.push_back({document,
                         number,
                         signal,
                         {tone},
                         {reads(meter::integrated, expected, lu, ideal)},
                         ""});
    }

    Hertz rate_;
};

void List::tech_3341() {
    constexpr const char* document = "EBU Tech 3341";
    const auto steady = [&](const char* number, const char* signal, double level,
                            const char* mark) {
        const Pieces pieces = {{20000, level}};
        const IdealLoudness ideal = ideal_loudness(pieces, 2.0);
        cases.push_back({document,
                         number,
                         signal,
                         {stereo(pieces)},
                         {reads(meter::max_momentary, level, lu, ideal.max_momentary_lufs),
                          reads(meter::max_short_term, level, lu, ideal.max_short_term_lufs),
                          reads(meter::integrated, level, lu, ideal.integrated_lufs)},
                         mark});
    };
    steady("case 1", "20 s at -23 dBFS", -23.0, "seq-3341-1-");
    steady("case 2", "20 s at -33 dBFS", -33.0, "seq-3341-2-");
    integrated(document, "case 3", "10 s at -36, 60 s at -23, 10 s at -36",
               {{10000, -36}, {60000, -23}, {10000, -36}}, -23.0, "seq-3341-3-");
    integrated(document, "case 4", "case 3 between 10 s at -72",
               {{10000, -72}, {10000, -36}, {60000, -23}, {10000, -36}, {10000, -72}}, -23.0,
               "seq-3341-4-");
    integrated(document, "case 5", "20 s at -26, 20.1 s at -20, 20 s at -26",
               {{20000, -26}, {20100, -20}, {20000, -26}}, -23.0, "seq-3341-5-");
    // L, R -28; C -24; Ls, Rs -30, which weigh 1.41
    const double power =
        2.0 * std::pow(10.0, -2.8) + std::pow(10.0, -2.4) + 2.0 * 1.41 * std::pow(10.0, -3.0);
    const double surround = ideal_loudness({{20000, 0.0}}, power).integrated_lufs;
    cases.push_back({document,
                     "case 6",
                     "5.0 and 5.1: L, R at -28, C -24, Ls, Rs -30; LFE silent",
                     {tone(rate_, 1000, {{20000, 0.0}}, ChannelLayout::default_for(5),
                           {-28, -28, -24, -30, -30}),
                      tone(rate_, 1000, {{20000, 0.0}}, ChannelLayout::default_for(6),
                           {-28, -28, -24, silent, -30, -30})},
                     {reads(meter::integrated, -23.0, lu, surround)},
                     "seq-3341-6-"});
    const auto recording = [&](const char* number, const char* signal, const char* mark) {
        cases.push_back(
            {document, number, signal, {}, {reads(meter::integrated, -23.0, lu, -23.0)}, mark});
    };
    recording("case 7", "programme, narrow range", "-7_seq-3342-5");
    recording("case 8", "programme, wide range", "-8_seq-3342-6");
}

void List::tech_3341_windows() {
    constexpr const char* document = "EBU Tech 3341";
    const auto steady = [&](const char* number, const char* signal, const Pieces& pieces,
                            const meter::ReadingSpec& reading, double ideal, const char* mark) {
        cases.push_back({document,
                         number,
                         signal,
                         {stereo(pieces)},
                         {reads(reading, -23.0, lu, ideal, How::steady)},
                         mark});
    };
    const auto anywhere = [&](const char* number, const char* signal, int offset_ms, int tone_ms,
                              const meter::ReadingSpec& reading, double ideal, const char* mark) {
        Case one{document, number, signal, {}, {reads(reading, -23.0, lu, ideal)}, mark};
        for (int i = 0; i < 20; ++i) {
            one.signals.push_back(
                stereo({{offset_ms * i, silent}, {tone_ms, -23}, {1000, silent}}));
        }
        cases.push_back(std::move(one));
    };
    const auto live = [&](const char* number, const char* signal, int offset_ms, int tone_ms,
                          const meter::ReadingSpec& reading, const char* mark) {
        Pieces pieces;
        for (int i = 0; i < 20; ++i) {
            pieces.push_back({offset_ms * i, silent});
            pieces.push_back({tone_ms, -38.0 + i});
            pieces.push_back({tone_ms - offset_ms * i, silent});
        }
        const double ideal = k_gain_1000_hz_db - 0.691;
        cases.push_back({document,
                         number,
                         signal,
                         {stereo(pieces)},
                         {reads(reading, 0.0, lu, ideal, How::successive)},
                         mark,
                         2 * tone_ms,
                         -38.0});
    };
    const double steady_tone = -23.0 + k_gain_1000_hz_db - 0.691;
    const Pieces case_9 = repeated(5, {{1340, -20}, {1660, -30}});
    const Pieces case_12 = repeated(25, {{180, -20}, {220, -30}});
    steady("case 9", "(1.34 s at -20, 1.66 s at -30) x 5: S after 3 s", case_9,
           meter::max_short_term, ideal_loudness(case_9, 2.0).max_short_term_lufs, "seq-3341-9-");
    anywhere("case 10", "20 files: 0 to 2.85 s of silence, 3 s at -23, 1 s of silence", 150, 3000,
             meter::max_short_term, steady_tone, "seq-3341-10-");
    live("case 11", "20 steps of 6 s with 3 s at -38 to -19: max S over the step's level", 150,
         3000, meter::max_short_term, "seq-3341-11-");
    steady("case 12", "(0.18 s at -20, 0.22 s at -30) x 25: M after 0.4 s", case_12,
           meter::max_momentary, ideal_loudness(case_12, 2.0).max_momentary_lufs, "seq-3341-12-");
    anywhere("case 13", "20 files: 0 to 0.38 s of silence, 0.4 s at -23, 1 s of silence", 20, 400,
             meter::max_momentary, steady_tone, "seq-3341-13-");
    live("case 14", "20 steps of 0.8 s with 0.4 s at -38 to -19: max M over the step's level", 20,
         400, meter::max_momentary, "seq-3341-14-");
}

void List::tech_3341_true_peak() {
    const auto sine = [&](const char* number, const char* signal, double period, double amplitude,
                          double phase_degrees, double expected, const char* mark) {
        true_peak(number, signal, faded_sine(rate_, period, amplitude, phase_degrees), expected,
                  db(amplitude), mark);
    };
    sine("case 15", "sine fs/4, 0.50, 0 degrees", 4, 0.50, 0.0, -6.0, "seq-3341-15-");
    sine("case 16", "sine fs/4, 0.50, 45 degrees", 4, 0.50, 45.0, -6.0, "seq-3341-16-");
    sine("case 17", "sine fs/6, 0.50, 60 degrees", 6, 0.50, 60.0, -6.0, "seq-3341-17-");
    sine("case 18", "sine fs/8, 0.50, 67.5 degrees", 8, 0.50, 67.5, -6.0, "seq-3341-18-");
    sine("case 19", "sine fs/4, 1.41, 45 degrees", 4, 1.41, 45.0, 3.0, "seq-3341-19-");
    const double top = db(top_of(full_scale_period(rate_)));
    const char* numbers[] = {"case 20", "case 21", "case 22", "case 23"};
    const char* marks[] = {"seq-3341-20-", "seq-3341-21-", "seq-3341-22-", "seq-3341-23-"};
    const char* signals[] = {"a period of fs/4 at 1.00 in fs/6 at 0.50, offset 0 of 4",
                             "the same, offset 1", "the same, offset 2", "the same, offset 3"};
    for (std::size_t offset = 0; offset < 4; ++offset) {
        true_peak(numbers[offset], signals[offset], decimated_period(rate_, offset), 0.0, top,
                  marks[offset]);
    }
}

void List::tech_3342() {
    constexpr const char* document = "EBU Tech 3342";

    struct Row {
        const char* number;
        const char* signal;
        Pieces pieces;
        double expected_lu;
        const char* mark;
    };

    const Row rows[] = {
        {"case 1", "20 s at -20, 20 s at -30", {{20000, -20}, {20000, -30}}, 10.0, "seq-3342-1-"},
        {"case 2", "20 s at -20, 20 s at -15", {{20000, -20}, {20000, -15}}, 5.0, "seq-3342-2-"},
        {"case 3", "20 s at -40, 20 s at -20", {{20000, -40}, {20000, -20}}, 20.0, "seq-3342-3-"},
        {"case 4",
         "20 s each at -50, -35, -20, -35, -50",
         {{20000, -50}, {20000, -35}, {20000, -20}, {20000, -35}, {20000, -50}},
         15.0,
         "seq-3342-4-"}};
    for (const Row& row : rows) {
        range(document, row.number, row.signal, row.pieces, row.expected_lu, 1.0, row.mark);
    }
    range(document, "case 4, twice", "a repeated signal reads the same",
          repeated(2, rows[3].pieces), 15.0, 1.0);
    range(document, "case 4, then 1.5 s of silence", "silence after it changes nothing",
          followed_by(rows[3].pieces, {1500, silent}), 15.0, 1.0);
    cases.push_back({document,
                     "case 5",
                     "programme, narrow range",
                     {},
                     {reads(meter::loudness_range, 5.0, 1.0, 5.0)},
                     "seq-3342-5-"});
    cases.push_back({document,
                     "case 6",
                     "programme, wide range",
                     {},
                     {reads(meter::loudness_range, 15.0, 1.0, 15.0)},
                     "seq-3342-6-"});
}

void List::discriminating() {
    constexpr const char* document = "Discriminating";
    integrated(document, "X1 relative gate", "100 s at -23, 20 s at -32; -23.00 with -8 LU",
               {{100000, -23}, {20000, -32}}, -23.67);
    integrated(document, "X2 absolute gate", "20 s at -69.5", {{20000, -69.5}}, -69.49);
    cases.push_back({document,
                     "X2 absolute gate",
                     "20 s at -70.5: no block",
                     {stereo({{20000, -70.5}})},
                     {reads(meter::integrated, minus_infinity, lu, minus_infinity)},
                     ""});
    integrated(document, "X3 overlap",
               "1 s at -23 between 5 s of silence; -23.79 with less overlap",
               {{5000, silent}, {1000, -23}, {5000, silent}}, -24.13);
    integrated(document, "X4 overlap", "the same 50 ms later; -25.04 with no overlap",
               {{5050, silent}, {1000, -23}, {5000, silent}}, -24.46);
    range(document, "X5 range gate", "30 s at -20, 30 s at -35; 0 with a gate of -10 LU",
          {{30000, -20}, {30000, -35}}, 15.0, 0.5);
    Pieces staircase;
    for (int i = 0; i < 40; ++i) {
        staircase.push_back({3000, -20.0 - 0.5 * i});
    }
    range(document, "X6 range percentiles", "3 s each at -20, -20.5 to -39.5; 17.6 with 5 and 95 %",
          staircase, 16.6, 0.5);
    const Pieces burst = {{1000, silent}, {400, -23}, {1000, silent}};
    cases.push_back(
        {document,
         "X7 momentary window",
         "0.4 s at -23; -1.99 dB with BS.1771's filter",
         {stereo(burst)},
         {reads(meter::max_momentary, -23.0, lu, ideal_loudness(burst, 2.0).max_momentary_lufs)},
         ""});
    // 0.69101 dB at 997 Hz, which -0.691 takes out
    cases.push_back({document,
                     "X8 PLR and PSR",
                     "997 Hz at -18 dBFS, 20 s",
                     {stereo({{20000, -18}}, 997)},
                     {reads(meter::integrated, -18.0, lu, -18.0), reads(meter::plr, 0.0, lu, 0.0),
                      reads(meter::psr_min, 0.0, lu, 0.0)},
                     ""});
}

void List::bs_1770_channels() {
    constexpr const char* document = "ITU-R BS.1770-5";

    const struct {
        Speaker speaker;
        const char* name;
        double lufs;
    } rows[] = {{Speaker::left, "L", -3.0103},
                {Speaker::centre, "C", -3.0103},
                {Speaker::left_surround, "Ls (90 or 110 degrees, 1.41)", -1.5181},
                {Speaker::left_wide, "Lw (60 degrees, 1.41)", -1.5181},
                {Speaker::left_rear, "Lrs (135 degrees)", -3.0103},
                {Speaker::top_left_side, "Tsl (above)", -3.0103},
                {Speaker::bottom_centre_front, "Bfc (below)", -3.0103},
                {Speaker::lfe, "LFE", minus_infinity}};

    for (const auto& row : rows) {
        one_level(document, std::string("channel ") + row.name, "997 Hz at 0 dBFS, 5 s",
                  tone(rate_, 997, {{5000, 0.0}}, ChannelLayout({row.speaker})), row.lufs,
                  row.lufs);
    }
}

void List::bs_2217() {
    constexpr const char* document = "ITU-R BS.2217";

    // K-weighting gains at 48 kHz by BS.1770-5 Annex 1, Tables 1 and 2.
    const struct {
        int hz;
        double k_gain_db;
    } tones[] = {{25, -10.3893}, {100, -1.1268}, {500, 0.0411},
                 {1000, 0.6977}, {2000, 3.0674}, {10000, 4.0413}};

    for (const auto& row : tones) {
        const double level = -24.0 - row.k_gain_db + 0.691;
        one_level(document, std::to_string(row.hz) + " Hz, 2 channels", "the level that reads -24",
                  stereo({{20000, level}}, row.hz), -24.0, -24.0);
    }
    const double one_channel = -24.0 - k_gain_1000_hz_db + 0.691 + 10.0 * std::log10(2.0);
    const double surround = one_channel - 10.0 * std::log10(1.41);
    const ChannelLayout layout = ChannelLayout::default_for(6);
    const char* names[] = {"Left", "Right", "Centre", "LFE", "Ls", "Rs"};
    for (std::size_t c = 0; c < 6; ++c) {
        std::vector<double> gains(6, silent);
        gains[c] = 0.0;
        const double expected = c == 3 ? minus_infinity : -24.0;
        one_level(document, std::string("channel check ") + names[c],
                  "5.1, 1000 Hz in that channel alone",
                  tone(rate_, 1000, {{20000, c < 4 ? one_channel : surround}}, layout, gains),
                  expected, expected);
    }
    one_level(
        document, "summing test", "5.1, 1000 Hz in every channel",
        tone(rate_, 1000, {{20000, one_channel - 10.0 * std::log10(3.0 + 2.0 * 1.41)}}, layout),
        -24.0, -24.0);

    const struct {
        const char* number;
        const char* layout;
        const char* signal;
        double weight;
    } layouts[] = {
        {"8 channels", "7.1", "7.1: side pair 1.41, rear pair 1.00, LFE out", 5.0 + 2.0 * 1.41},
        {"10 channels", "7.1.2", "7.1.2: heights 1.00", 7.0 + 2.0 * 1.41},
        {"12 channels", "7.1.4", "7.1.4: heights 1.00", 9.0 + 2.0 * 1.41},
        {"24 channels", "22.2", "22.2: pairs at 60 and 90 degrees 1.41, both LFE out",
         18.0 + 4.0 * 1.41}};

    for (const auto& row : layouts) {
        one_level(document, row.number, row.signal,
                  tone(rate_, 1000, {{20000, one_channel - 10.0 * std::log10(row.weight)}},
                       ChannelLayout::named(row.layout).value()),
                  -24.0, -24.0);
    }
}

void List::rms() {
    constexpr const char* document = "RMS and crest";
    constexpr double tolerance = 0.01; // ours: the standards give none

    const struct {
        Shape shape;
        const char* name;
        double rms_db;
    } rows[] = {{Shape::sine, "sine", -10.0 * std::log10(2.0)},
                {Shape::square, "square wave", 0.0},
                {Shape::triangle, "triangle", -10.0 * std::log10(3.0)}};

    for (const auto& row : rows) {
        const double aes17 = row.rms_db + 10.0 * std::log10(2.0);
        cases.push_back(
            {document,
             row.name,
             "125 Hz at full scale, 1 s",
             {from_samples(rate_, full_scale(row.shape, rate_), ChannelLayout::default_for(2))},
             {reads(meter::rms, row.rms_db, tolerance, row.rms_db),
              reads(meter::rms_aes17, aes17, tolerance, aes17),
              reads(meter::crest_factor, -row.rms_db, tolerance, -row.rms_db)},
             ""});
    }
}

} // namespace

std::vector<Case> cases(Hertz sample_rate) {
    List list(sample_rate);
    list.tech_3341();
    list.tech_3341_windows();
    list.tech_3341_true_peak();
    list.tech_3342();
    list.discriminating();
    list.bs_1770_channels();
    list.bs_2217();
    list.rms();
    return std::move(list.cases);
}

} // namespace gainstage::conformance
