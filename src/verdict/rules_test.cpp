// SPDX-License-Identifier: MIT
// Every rule of data/findings.toml: facts that make it fire, and facts that just don't. A rule
// without a row fails. That the rooms give such facts is tested where they do (take, mix, master).
#include <catch2/catch.hpp>

#include "verdict/finding.h"

using namespace gainstage;
using verdict::Facts;
using verdict::Finding;
using verdict::Rules;
using verdict::Targets;

namespace {

struct Row {
    const char* code;
    Facts fires;
    Facts changed; ///< over `fires`: then it doesn't
};

// clang-format off
const Row rows[] = {
    {"take.non-finite",         {{"non_finite_samples", 2}},                          {{"non_finite_samples", 0}}},
    {"take.silent",             {{"silent", 1}, {"duration_s", 30}},                  {{"silent", 0}}},
    {"take.too-short",          {{"silent", 0}, {"duration_s", 2.9}},                 {{"duration_s", 3.0}}},
    {"take.clipped-digital",    {{"digital_clips", 1}, {"gain_down_db", 7}},       {{"digital_clips", 0}}},
    {"take.clipped-earlier",    {{"earlier_clips", 2}, {"clip_level_dbfs", -9}},      {{"earlier_clips", 0}}},
    {"take.clipped-converted",  {{"converted_clips", 2}, {"clip_level_dbfs", -9}, {"clipped_rate_khz", 8}}, {{"converted_clips", 0}}},
    {"take.peaks-held",         {{"held_peaks", 8}, {"held_level_dbfs", -5.4}},       {{"held_peaks", 0}}},
    {"take.over-full-scale",    {{"over_full_scale", 1}, {"sample_peak_dbfs", 2.5}},  {{"over_full_scale", 0}}},
    {"take.clock-drift",        {{"pair_drift_ppm", 12}, {"pair_drift_ms_per_hour", 43}}, {{"pair_drift_ppm", 0}}},
    {"take.dead-channel",       {{"dead_channels", 1}, {"channels", 2}},              {{"dead_channels", 0}}},
    {"take.clicks",             {{"clicks", 2}},                                      {{"clicks", 0}}},
    {"take.dropouts",           {{"dropouts", 3}},                                    {{"dropouts", 0}}},
    {"take.identical-files",    {{"pair_identical", 1}},                              {{"pair_identical", 0}}},
    {"take.nominal-level",      {{"pair_step_error_db", 0.5}, {"pair_level_db", 11.6}}, {{"pair_step_error_db", 0.6}}},
    {"take.only-noise",         {{"silent", 0}, {"sample_peak_dbfs", -70}, {"steadiness_db", 3}}, {{"steadiness_db", 8}}},
    {"take.polarity-swapped",   {{"pair_swapped", 1}},                                {{"pair_swapped", 0}}},
    {"take.rumble",             {{"pauses", 1}, {"rumble_dbfs", -30}, {"rumble_aes17_dbfs", -27}}, {{"pauses", 0}}},
    {"take.run-differs",        {{"runs", 3}, {"runs_differ", 1}, {"run_off_db", 6}, {"runs_spread_db", 4}}, {{"runs_differ", 0}}},
    {"take.runs-alike",         {{"runs", 3}, {"runs_differ", 0}, {"runs_spread_db", 1}}, {{"runs", 1}}},
    {"take.start-offset",       {{"pair_delay_ms", 50}},                              {{"pair_delay_ms", 49.9}}},
    {"take.time-offset",        {{"pair_delay_ms", 1.5}, {"pair_distance_cm", 51}},   {{"pair_delay_ms", 0.09}}},
    {"take.clipped-analogue",   {{"analogue_clips", 3}, {"gain_down_db", 7}, {"clip_level_dbfs", -9}}, {{"analogue_clips", 0}}},
    {"take.too-hot",            {{"zone_yellow", 1}, {"predicted", 0}, {"sample_peak_dbfs", -3}, {"gain_down_db", 4}}, {{"zone_yellow", 0}}},
    {"take.too-quiet",          {{"zone_blue", 1}, {"predicted", 0}, {"sample_peak_dbfs", -32}, {"average_dbfs", -46}, {"gain_change_db", 21}}, {{"gain_change_db", 3}}},
    {"take.rather-quiet",       {{"zone_blue", 1}, {"predicted", 0}, {"sample_peak_dbfs", -14}, {"average_dbfs", -26}, {"gain_change_db", 3}}, {{"gain_change_db", 3.1}}},
    {"take.turn-down",          {{"predicted", 1}, {"take_minutes", 4}, {"expected_peak_dbfs", -3}, {"expected_peak_low_dbfs", -4}, {"expected_peak_high_dbfs", 1}, {"allowance_db", 3}, {"gain_change_db", -4}, {"gain_down_db", 4}, {"digital_clips", 0}, {"analogue_clips", 0}}, {{"predicted", 0}}},
    {"take.turn-up",            {{"predicted", 1}, {"take_minutes", 4}, {"expected_peak_dbfs", -3}, {"expected_peak_low_dbfs", -4}, {"expected_peak_high_dbfs", 1}, {"allowance_db", 3}, {"gain_change_db", 4}, {"silent", 0}}, {{"gain_change_db", 0}}},
    {"take.leave-it",           {{"predicted", 1}, {"take_minutes", 4}, {"expected_peak_dbfs", -3}, {"expected_peak_low_dbfs", -4}, {"expected_peak_high_dbfs", 1}, {"allowance_db", 3}, {"gain_change_db", 0}, {"digital_clips", 0}, {"analogue_clips", 0}}, {{"gain_change_db", -1}}},
    {"take.keep-playing",       {{"practice_missing_s", 6}, {"silent", 0}}, {{"practice_missing_s", 0}}},
    {"take.all-clipped",        {{"clipped_percent", 51}},                            {{"clipped_percent", 50}}},
    {"take.quiet-enough",       {{"next_take_asked", 1}, {"pauses", 1}, {"hiss_snr_db", 52}}, {{"hiss_snr_db", 39}}},
    {"take.noise-over-chain",   {{"noise_over_chain_db", 12}, {"noise_floor_aes17_dbfs", -80}, {"chain_noise_aes17_dbfs", -92}, {"preamp_gain_db", 40}}, {{"noise_over_chain_db", 6}}},
    {"take.repeated-buffers",   {{"repeated_buffers", 2}},                            {{"repeated_buffers", 0}}},
    {"take.hiss",               {{"pauses", 1}, {"hiss_snr_db", 39.9}, {"hiss_dbfs", -66}, {"hiss_aes17_dbfs", -63}}, {{"hiss_snr_db", 40}}},
    {"take.noise-unreadable",   {{"pauses", 0}, {"silent", 0}, {"snr_db", 12}, {"noise_floor_aes17_dbfs", -30}}, {{"pauses", 1}}},
    {"take.hum",                {{"hum_hz", 50}, {"hum_dbfs", -69.9}, {"hum_aes17_dbfs", -66.9}}, {{"hum_dbfs", -70}}},
    {"take.dc-offset",          {{"dc_offset_magnitude", 0.0011}, {"dc_offset", -0.0011}, {"dc_offset_dbfs", -59.2}}, {{"dc_offset_magnitude", 0.001}}},
    {"take.mono-in-stereo",     {{"same_channels", 1}},                               {{"same_channels", 0}}},
    {"take.silent-channel",     {{"silent_channels", 1}, {"channels", 2}},            {{"silent_channels", 0}}},
    {"take.sample-rate",        {{"sample_rate_hz", 44100}, {"session_rate_hz", 48000}}, {{"sample_rate_hz", 48000}}},
    {"take.healthy",            {{"faults", 0}, {"zone_green", 1}, {"predicted", 0}, {"sample_peak_dbfs", -9}, {"average_dbfs", -19}}, {{"faults", 1}}},
    {"mix.stem-left-out",       {{"left_out", 1}},                                    {{"left_out", 0}}},
    {"mix.stem-silent",         {{"stem_silent", 1}, {"duration_s", 3}},              {{"stem_silent", 0}}},
    {"mix.samples-not-finite",  {{"non_finite_samples", 1}},                          {{"non_finite_samples", 0}}},
    {"mix.peak-bound",          {{"peak_bound", 1}, {"percussive", 0}, {"trim_shortfall_db", 3.1}, {"peak_after_dbfs", -6}, {"active_after_dbfs", -22}}, {{"percussive", 1}}},
    {"mix.trim-large",          {{"trim_db", 18.1}},                                  {{"trim_db", 18}}},
    {"mix.trim-limited",        {{"trim_limited", 1}, {"trim_db", 40}, {"peak_after_dbfs", -30}}, {{"trim_limited", 0}}},
    {"mix.stem-resampled",      {{"sample_rate_hz", 44100}, {"session_rate_hz", 48000}}, {{"session_rate_hz", 44100}}},
    {"mix.stem-folded",         {{"channels", 6}},                                    {{"channels", 2}}},
    {"mix.silent",              {{"mix_silent", 1}, {"duration_s", 3}},               {{"mix_silent", 0}}},
    {"mix.peak-out-of-zone",    {{"peak_outside_zone", 1}, {"sample_peak_dbfs", -1}, {"gain_to_zone_db", -2}}, {{"peak_outside_zone", 0}}},
    {"mix.true-peak-high",      {{"true_peak_excess_db", 0.1}, {"true_peak_dbtp", -2.9}}, {{"true_peak_excess_db", 0.001}}},
    {"mix.out-of-phase",        {{"correlation", -0.1}},                              {{"correlation", 0}}},
    {"master.not-measurable",   {{"measurable", 0}, {"duration_s", 0.2}},             {{"measurable", 1}}},
    {"master.loudness-not-reached", {{"loudness_reached", 0}, {"measurable", 1}, {"integrated_lufs", -15}, {"target_lufs", -12},
        {"loudness_missing_lu", 3}, {"usual_reduction_db", 8}, {"mean_reduction_db", 2}}, {{"loudness_reached", 1}}},
    {"master.over-ceiling",     {{"true_peak_16x_dbtp", -0.98}, {"ceiling_dbtp", -1}}, {{"true_peak_16x_dbtp", -0.99}}},
    {"master.short-term-too-loud", {{"max_short_term_lufs", -17.9}, {"max_short_term_allowed_lufs", -18}}, {{"max_short_term_lufs", -18}}},
    {"master.dense",            {{"plr_db", 7.9}, {"measurable", 1}},                 {{"plr_db", 8}}},
    {"master.large-gain",       {{"drive_db", 20.1}},                                 {{"drive_db", 20}}},
    {"master.limited",          {{"limited_percent", 1}, {"max_reduction_db", 2}, {"mean_reduction_db", 0.1}}, {{"limited_percent", 0}}},
    {"chain.speaker-into-input", {{"speaker_into_input", 1}, {"speaker_v", 28}, {"speaker_dbu", 31}, {"speaker_w", 100}}, {{"speaker_into_input", 0}}},
    {"chain.phantom-harmful",   {{"harmed", 1}},                                      {{"harmed", 0}}},
    {"chain.phantom-missing",   {{"unpowered", 1}},                                   {{"unpowered", 0}}},
    {"chain.input-taken",       {{"input_taken_twice", 1}},                           {{"input_taken_twice", 0}}},
    {"chain.sample-rate",       {{"device_rate_hz", 44100}, {"recording_rate_hz", 48000}}, {{"device_rate_hz", 48000}}},
    {"chain.clocks",            {{"internal_clocks", 2}},                             {{"internal_clocks", 1}}},
    {"chain.mic-into-line",     {{"mic_into_line", 1}, {"average_dbu", -60}, {"average_dbfs", -80}}, {{"mic_into_line", 0}}},
    {"chain.too-hot",           {{"excess_db", 0.1}},                                 {{"excess_db", 0}}},
    {"chain.output-too-hot",    {{"over_clip_db", 0.1}},                              {{"over_clip_db", 0}}},
    {"chain.target-missed",     {{"shortfall_db", 3}, {"average_dbfs", -30}, {"peak_dbfs", -18}}, {{"shortfall_db", 0}}},
    {"chain.instrument-into-line", {{"passive_instrument", 1}, {"is_piezo", 0}, {"load_ohm", 99999}, {"load_kohm", 100}, {"loading_db", 1}, {"treble_corner_khz", 2}, {"treble_corner_hiz_khz", 5}}, {{"load_ohm", 100000}}},
    {"chain.passive-where-active", {{"passive_instrument", 1}, {"is_piezo", 1}, {"bass_corner_hz", 40.1}, {"load_kohm", 10}}, {{"bass_corner_hz", 40}}},
    {"chain.consumer-into-pro", {{"consumer_source", 1}, {"pro_line_input", 1}, {"shortfall_db", 4}, {"nominal_gap_db", 11.8}}, {{"pro_line_input", 0}}},
    {"chain.pro-into-consumer", {{"consumer_input", 1}, {"pro_output", 1}, {"over_wanted_db", 3.1}, {"nominal_gap_db", 11.8}}, {{"over_wanted_db", 3}}},
    {"chain.reamp-without-box", {{"guitar_amplifier", 1}, {"reamp_box", 0}, {"over_wanted_db", 3.1}}, {{"reamp_box", 1}}},
    {"chain.headphones-too-quiet", {{"is_headphones", 1}, {"shortfall_db", 0.6}, {"average_db_spl", 80}, {"loudest_db_spl", 100}, {"drive_missing", 1}, {"phone_ohm", 32}}, {{"shortfall_db", 0.5}}},
    {"chain.headphones-could-hurt", {{"is_headphones", 1}, {"loudest_db_spl", 115.1}},  {{"loudest_db_spl", 115}}},
    {"chain.level-missed",      {{"heard", 1}, {"is_headphones", 0}, {"shortfall_db", 0.6}, {"average_db_spl", 80}}, {{"shortfall_db", 0.5}}},
    {"chain.long-unbalanced",   {{"unbalanced_m", 6.1}},                              {{"unbalanced_m", 6}}},
    {"chain.impedance",         {{"impedance_ratio", 8.9}, {"junction_source_ohm", 150}, {"junction_load_ohm", 1335}, {"junction_loss_db", 0.93}}, {{"impedance_ratio", 9}}},
    {"chain.noisy",             {{"snr_db", 39.9}},                                   {{"snr_db", 40}}},
    {"chain.jitter-audible",    {{"jitter_under_noise_db", 2.9}, {"jitter_ps", 5000}, {"jitter_noise_dbfs", -90}}, {{"jitter_under_noise_db", 3}}},
    {"chain.jitter-inaudible",  {{"jitter_under_noise_db", 3}, {"jitter_ps", 100}, {"jitter_noise_dbfs", -120}, {"jitter_snr_10k_db", 104}}, {{"jitter_under_noise_db", 2.9}}},
    {"chain.calibration-misfit", {{"calibration_misfits", 1}},                        {{"calibration_misfits", 0}}},
    {"chain.assumed",           {{"assumed_matters_db", 1}, {"assumed_count", 2}},    {{"assumed_matters_db", 0.9}}},
    {"chain.unverified",        {{"unverified_count", 1}},                            {{"unverified_count", 0}}},
    {"chain.healthy",           {{"faults", 0}, {"recorded", 1}, {"snr_db", 80}},     {{"faults", 1}}},
};
// clang-format on

const verdict::Words words = {{"file", "kick.wav"},
                              {"medium", "streaming"},
                              {"error", "is truncated"},
                              {"clip_odds_before", "31 %"}, {"repeat_times", "0:05.000"}, {"setting", " (its gain at 32 dB)"}, {"clip_odds_after", "0.6 %"}, {"above_hiss", ""}, {"digital_times", "0:01.0"},
                              {"analogue_times", "0:02.0"}, {"source", "SM57"}, {"device", "2i2"},
                              {"input", "2i2, input 1"}, {"first_to_clip", "A/D converter"}, {"clip_odds", "1 in 20"},
                              {"nearer", "go nearer"}, {"farther", "go back"}, {"junction", "preamp"},
                              {"bottleneck", "The preamp makes most of it."}, {"figure", "ein_dbu of 2i2"},
                              {"clip_depth", ", by about 3 dB"}, {"earlier_times", "0:03.0"}, {"dropout_times", "0:04.0"}, {"click_times", "0:05.0"},
                              {"slower", "a.wav"}, {"faster", "b.wav"}, {"first", "a.wav"}, {"second", "b.wav"},
                              {"softer", "a.wav"}, {"louder", "b.wav"}, {"earlier", "a.wav"}, {"later", "b.wav"},
                              {"drive_limit", "Its current into 32 ohm is what limits it."}, {"misfits", "the mic input of 2i2 for vocal: there is no such source any more"}, {"different", "run 2.wav"}, {"loudest", "run 3.wav"}};

const Finding* find(const std::vector<Finding>& findings, const std::string& code) {
    const auto found = std::ranges::find(findings, code, &Finding::code);
    return found == findings.end() ? nullptr : &*found;
}

std::vector<Finding> judge(const std::string& code, const Facts& facts) {
    const std::string area = code.substr(0, code.find('.'));
    return Rules::built_in().judge(area, "kick", facts, words, Targets::built_in());
}

} // namespace

TEST_CASE(
    "every rule fires on its facts, with every figure in its sentences, and not beside them") {
    for (const Row& row : rows) {
        CAPTURE(row.code);
        const auto findings = judge(row.code, row.fires);
        const Finding* finding = find(findings, row.code);
        REQUIRE(finding);
        for (const std::string& sentence : {finding->evidence, finding->action, finding->reason}) {
            CHECK(sentence.find("not measured") == std::string::npos);
            CHECK(sentence.find('{') == std::string::npos);
            CHECK((sentence.ends_with('.') || sentence == words.at("error")));
        }
        Facts beside = row.fires;
        for (const auto& [name, value] : row.changed) {
            beside[name] = value;
        }
        CHECK(!find(judge(row.code, beside), row.code));
        CHECK(!find(judge(row.code, {}), row.code));
    }
}

TEST_CASE("every rule has a row") {
    for (const Rules::Rule& rule : Rules::built_in().all()) {
        CAPTURE(rule.code);
        const auto named = [&](const Row& row) { return row.code == rule.code; };
        CHECK(std::ranges::any_of(rows, named));
    }
    CHECK(std::size(rows) == Rules::built_in().all().size());
}
