// SPDX-License-Identifier: MIT
// A file through libsndfile and libebur128, the usual way: integrated loudness, range and true
// peak. The peer of `gainstage meter`; bench/peers runs it.
#include <cstdio>
#include <ebur128.h>
#include <sndfile.h>
#include <vector>

int main(int argc, char** argv) {
    SF_INFO info{};
    SNDFILE* file = argc == 2 ? sf_open(argv[1], SFM_READ, &info) : nullptr;
    if (file == nullptr) {
        std::fprintf(stderr, "usage: libebur128_file FILE\n");
        return 2;
    }
    const auto channels = static_cast<unsigned>(info.channels);
    ebur128_state* state = ebur128_init(channels, static_cast<unsigned long>(info.samplerate),
                                        EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
    constexpr sf_count_t block = 4096;
    std::vector<float> samples(static_cast<std::size_t>(block) * channels);
    for (sf_count_t frames = 0; (frames = sf_readf_float(file, samples.data(), block)) > 0;) {
        ebur128_add_frames_float(state, samples.data(), static_cast<std::size_t>(frames));
    }
    double integrated = 0.0;
    double range = 0.0;
    ebur128_loudness_global(state, &integrated);
    ebur128_loudness_range(state, &range);
    double peak = 0.0;
    for (unsigned c = 0; c < channels; ++c) {
        double one = 0.0;
        ebur128_true_peak(state, c, &one);
        peak = one > peak ? one : peak;
    }
    std::printf("%.6f %.6f %.6f\n", integrated, range, peak);
    ebur128_destroy(&state);
    sf_close(file);
}
