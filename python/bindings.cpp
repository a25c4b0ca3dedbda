// SPDX-License-Identifier: MIT
// The compiled half of the Python module: arrays in, plain dictionaries out. What a user sees is
// python/gainstage/__init__.py.
#include "library/stream_meter.h"
#include "meter/channel_weight.h"
#include "meter/loudness.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <cmath>
#include <mutex>

namespace py = pybind11;
using namespace gainstage;

namespace {

std::string shape_text(const py::array& samples) {
    return py::str(py::tuple(samples.attr("shape")));
}

/// 1 for frames, the second extent for frames x channels; says what to do about anything else.
int channels_of(const py::array& samples) {
    if (samples.ndim() == 1) {
        return 1;
    }
    if (samples.ndim() != 2) {
        throw py::value_error("samples have the shape " + shape_text(samples) +
                              "; pass frames (mono) or frames x channels");
    }
    if (samples.shape(1) < 1 || samples.shape(1) > audio::max_channels) {
        throw py::value_error("samples have the shape " + shape_text(samples) +
                              ", which would be " + std::to_string(samples.shape(1)) +
                              " channels; pass frames x channels with 1 to 64 channels (for "
                              "channels x frames, pass samples.T)");
    }
    return static_cast<int>(samples.shape(1));
}

/// The array itself if its type is one that is read in place, else a float32 copy of other floats.
py::array readable(const py::array& samples) {
    if (py::isinstance<py::array_t<float>>(samples) ||
        py::isinstance<py::array_t<double>>(samples)) {
        return samples;
    }
    if (samples.dtype().kind() != 'f') {
        throw py::type_error(
            "samples are of type " + std::string(py::str(samples.dtype())) +
            "; pass an array of floats with full scale 1.0 (16-bit integers: samples / 32768)");
    }
    return samples.attr("astype")("float32");
}

template <typename Sample>
library::Strided<Sample> strided(const py::array& samples) {
    return {samples.data(), samples.strides(0), samples.ndim() == 2 ? samples.strides(1) : 0,
            static_cast<std::size_t>(samples.shape(0))};
}

py::object number(std::optional<double> value, bool count) {
    if (!value) {
        return py::none();
    }
    if (count && std::isfinite(*value)) {
        return py::int_(static_cast<std::int64_t>(*value));
    }
    return py::float_(*value);
}

py::list channels_detail(const meter::Measurement& measured) {
    py::list out;
    for (int c = 0; c < measured.layout.channels(); ++c) {
        py::dict detail;
        detail["channel"] = c;
        detail["speaker"] = audio::short_name(measured.layout[c]);
        detail["loudness_weight"] = meter::channel_weight(measured.layout[c]);
        for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
            if (spec->per_channel) {
                detail[py::str(spec->key)] =
                    number(measured.value(spec->key, c), spec->decimals == 0);
            }
        }
        out.append(detail);
    }
    return out;
}

py::list clipped_runs(const meter::Measurement& measured) {
    py::list out;
    for (const meter::ClippedRun& run : measured.clipped_runs) {
        py::dict one;
        one["channel"] = run.channel;
        one["start_s"] = static_cast<double>(run.first_frame) / measured.sample_rate.value();
        one["frames"] = run.frames;
        out.append(one);
    }
    return out;
}

py::object spectrum(const meter::Measurement& measured) {
    if (measured.spectrum.empty()) {
        return py::none();
    }
    py::list out;
    for (const meter::BandLevel& band : measured.spectrum) {
        py::dict one;
        one["nominal_hz"] = band.nominal_hz;
        one["level_dbfs"] = band.level.db();
        out.append(one);
    }
    return out;
}

py::object loudness_now(const std::optional<Lufs>& loudness) {
    return number(loudness ? std::optional(loudness->db()) : std::nullopt, false);
}

py::array_t<float> array_of(const std::vector<float>& values) {
    return py::array_t<float>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::dict history(const meter::History& levels) {
    py::dict out;
    out["hop_s"] = levels.hop_s;
    out["momentary_lufs"] = array_of(levels.momentary_lufs);
    out["short_term_lufs"] = array_of(levels.short_term_lufs);
    out["true_peak_dbtp"] = array_of(levels.true_peak_dbtp);
    return out;
}

/// The same keys as in JSON, in the same order.
py::dict as_dictionary(const meter::Measurement& measured) {
    py::dict out;
    out["sample_rate_hz"] = measured.sample_rate.value();
    out["channels"] = measured.layout.channels();
    out["layout"] = measured.layout.name();
    out["frames"] = measured.frames;
    out["duration_s"] = measured.duration().value();
    out["dual_mono"] = measured.dual_mono;
    out["gating"] = measured.exact_gating ? "exact" : "bins of 0.01 dB";
    for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
        out[py::str(spec->key)] = number(measured.value(spec->key), spec->decimals == 0);
    }
    out["non_finite_samples"] = measured.non_finite_samples;
    out["momentary_lufs"] = loudness_now(measured.momentary);
    out["short_term_lufs"] = loudness_now(measured.short_term);
    out["clipped_runs_detail"] = clipped_runs(measured);
    out["channels_detail"] = channels_detail(measured);
    out["spectrum"] = spectrum(measured);
    out["history"] = history(measured.history);
    return out;
}

audio::ChannelLayout layout_named(const std::string& name, int channels) {
    auto layout = audio::ChannelLayout::named(name);
    if (!layout || layout->channels() != channels) {
        std::string known;
        for (const std::string& one : audio::ChannelLayout::names()) {
            if (audio::ChannelLayout::named(one)->channels() == channels) {
                known += (known.empty() ? "" : ", ") + one;
            }
        }
        throw py::value_error("'" + name + "' is not a known layout of " +
                              std::to_string(channels) + " channels; " +
                              (known.empty() ? "name the speakers instead" : "known: " + known));
    }
    return std::move(*layout);
}

audio::ChannelLayout layout_of(int channels,
                               const std::optional<std::string>& speakers,
                               const std::optional<std::string>& layout_name) {
    if (channels < 1 || channels > audio::max_channels) {
        throw py::value_error(std::to_string(channels) +
                              " channels can't be metered; pass 1 to 64");
    }
    if (speakers && layout_name) {
        throw py::value_error("speakers and layout say the same thing; pass one of them");
    }
    if (layout_name) {
        return layout_named(*layout_name, channels);
    }
    if (!speakers) {
        return audio::ChannelLayout::default_for(channels);
    }
    auto layout = library::layout_from_names(*speakers);
    if (!layout || layout->channels() != channels) {
        throw py::value_error("'" + *speakers + "' is not one known loudspeaker for each of " +
                              std::to_string(channels) +
                              " channels; write them like 'L R C LFE Ls Rs', with ? for a channel "
                              "without a place");
    }
    return std::move(*layout);
}

/// A StreamMeter that Python threads may share: calls wait for each other, without holding up
/// Python.
class Meter {
public:
    Meter(double sample_rate_hz,
          int channels,
          const std::optional<std::string>& speakers,
          const std::optional<std::string>& layout,
          const meter::BridgeOptions& options)
        : album_(options.keep_gate_blocks),
          stream_(Hertz{sample_rate_hz}, layout_of(channels, speakers, layout), options) {}

    void feed(const py::array& given) {
        const int channels = channels_of(given);
        if (channels != stream_.channels()) {
            throw py::value_error("samples have the shape " + shape_text(given) +
                                  ", but this meter was made for " +
                                  std::to_string(stream_.channels()) + " channels");
        }
        const py::array samples = readable(given); // keeps the memory while we read it
        if (py::isinstance<py::array_t<double>>(samples)) {
            feed_unlocked(strided<double>(samples));
        } else if (is_planar(samples)) {
            feed_planar(samples);
        } else {
            feed_unlocked(strided<float>(samples));
        }
    }

    py::dict read() {
        const meter::Measurement measured = [this] {
            const py::gil_scoped_release others_run;
            const std::scoped_lock lock(mutex_);
            return stream_.measurement();
        }();
        return as_dictionary(measured);
    }

    /// The blocks of the gates, for an album.
    std::shared_ptr<const meter::GateHistogram> gate_blocks() {
        if (!album_) {
            throw py::value_error(
                "a meter of this album was made without album=True; make each with it");
        }
        const py::gil_scoped_release others_run;
        const std::scoped_lock lock(mutex_);
        return stream_.measurement().gate_blocks;
    }

    void reset() {
        const py::gil_scoped_release others_run;
        const std::scoped_lock lock(mutex_);
        stream_.reset();
    }

private:
    static bool is_planar(const py::array& samples) {
        const bool aligned = reinterpret_cast<std::uintptr_t>(samples.data()) % alignof(float) == 0;
        const bool steps_aligned =
            samples.ndim() == 1 || samples.strides(1) % py::ssize_t{alignof(float)} == 0;
        return samples.shape(0) > 0 && samples.strides(0) == sizeof(float) && aligned &&
               steps_aligned;
    }

    void feed_planar(const py::array& samples) {
        std::array<const float*, audio::max_channels> channels{};
        for (int c = 0; c < stream_.channels(); ++c) {
            channels[static_cast<std::size_t>(c)] = static_cast<const float*>(
                samples.ndim() == 1 ? samples.data() : samples.data(0, c));
        }
        feed_unlocked(audio::ConstAudioView{channels.data(), stream_.channels(),
                                            static_cast<std::size_t>(samples.shape(0))});
    }

    template <typename Samples>
    void feed_unlocked(const Samples& samples) {
        const py::gil_scoped_release others_run;
        const std::scoped_lock lock(mutex_);
        stream_.feed(samples);
    }

    std::mutex mutex_;
    bool album_;
    library::StreamMeter stream_;
};

meter::BridgeOptions
bridge_options(bool dual_mono, bool exact_gating, bool itu_true_peak, bool spectrum, bool album) {
    constexpr std::size_t a_day_of_blocks = 24 * 3600 * 10;
    return {.dual_mono = dual_mono,
            .exact_gating_blocks = exact_gating ? a_day_of_blocks : 0,
            .itu_true_peak = itu_true_peak,
            .spectrum = spectrum,
            .keep_gate_blocks = album};
}

double album_integrated_lufs(const py::iterable& meters) {
    meter::GateHistogram blocks = meter::loudness_histogram();
    for (const py::handle one : meters) {
        blocks.add(*one.cast<Meter&>().gate_blocks());
    }
    return meter::integrated_of(blocks).db();
}

py::list readings() {
    py::list out;
    for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
        py::dict one;
        one["key"] = py::str(spec->key);
        one["label"] = py::str(spec->label);
        one["unit"] = py::str(spec->unit);
        one["standard"] = py::str(spec->standard);
        one["count"] = spec->decimals == 0;
        one["per_channel"] = spec->per_channel;
        out.append(one);
    }
    return out;
}

} // namespace

PYBIND11_MODULE(_gainstage, module) {
    module.attr("version") = GAINSTAGE_VERSION;
    module.def("readings", readings);
    module.def("channels_of", channels_of);
    module.def("album_integrated_lufs", album_integrated_lufs);
    py::class_<Meter>(module, "Meter")
        .def(py::init([](double sample_rate_hz, int channels,
                         const std::optional<std::string>& speakers,
                         const std::optional<std::string>& layout, bool dual_mono,
                         bool exact_gating, bool itu_true_peak, bool spectrum, bool album) {
            return std::make_unique<Meter>(
                sample_rate_hz, channels, speakers, layout,
                bridge_options(dual_mono, exact_gating, itu_true_peak, spectrum, album));
        }))
        .def("feed", &Meter::feed)
        .def("_read", &Meter::read)
        .def("reset", &Meter::reset, "As new, for another signal of the same kind.");
}
