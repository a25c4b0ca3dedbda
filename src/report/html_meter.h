// SPDX-License-Identifier: MIT
// html_meter: what `meter` found, as a page: a table of all files, then each with its pictures.
#pragma once

#include "measure/measure.h"
#include "report/html_page.h"
#include "report/outcome.h"
#include "verdict/target.h"

#include <string>

namespace gainstage::report {

/// The page grows by add(); about 60 kB a file, and no more memory than that.
class MeterPage {
public:
    explicit MeterPage(const verdict::Targets& targets) : targets_(targets) {}

    /// Spectrum and vectorscope are shown if they were measured.
    void add(const Outcome<measure::MeasuredFile>& file);

    [[nodiscard]] std::string str(const PageStamp& stamp) const;

private:
    const verdict::Targets& targets_;
    std::size_t files_ = 0;
    std::string only_file_; ///< its name, as long as there is one
    std::string rows_;
    std::string cards_;
};

} // namespace gainstage::report
