// SPDX-License-Identifier: MIT
#include "audio/io/sink.h"

#include "support/bytes_of.h"
#include "support/read_all.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/small_disk.h"
#include "support/temporary_folder.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <unistd.h>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;
using io::Container;
using io::SampleFormat;

namespace {

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

io::SinkFormat format_of(int channels, SampleFormat sample, Container container = Container::wav) {
    return {
        .container = container, .sample = sample, .layout = ChannelLayout::default_for(channels)};
}

/// Writes until it fails or `frames` are there, then commits; what went wrong, if anything.
std::optional<Error>
write_noise(const std::filesystem::path& target, const io::SinkFormat& format, std::size_t frames) {
    auto sink = io::create(target, format);
    if (!sink) {
        return sink.error();
    }
    const auto block = planar(white_noise(4096, Seed{1}, 0.5), format.layout.channels());
    std::optional<Error> first;
    for (std::size_t done = 0; done < frames && !first; done += 4096) {
        if (const Status written = (*sink)->write(block.view()); !written) {
            first = written.error();
        }
    }
    const Status committed = (*sink)->commit();
    if (first) {
        CHECK_FALSE(committed); // never a part under the target's name
        return first;
    }
    return committed ? std::optional<Error>{} : committed.error();
}

} // namespace

TEST_CASE("sink: nothing has the target's name before commit, and nothing else is left after it") {
    const auto container = GENERATE(Container::wav, Container::rf64, Container::flac);
    const TemporaryFolder folder;
    const auto target = folder.path() / "mix.wav";
    {
        auto sink = io::create(target, format_of(2, SampleFormat::int24, container));
        REQUIRE(sink);
        REQUIRE((*sink)->write(planar(white_noise(5000, Seed{1}), 2).view()));
        CHECK_FALSE(std::filesystem::exists(target));
        CHECK(files_in(folder.path()) == 1);
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            CHECK(entry.path().filename().string().starts_with(".mix.wav.gainstage-"));
        }
        REQUIRE((*sink)->commit());
    }
    CHECK(std::filesystem::exists(target));
    CHECK(files_in(folder.path()) == 1);
    CHECK(read_all(target).frames() == 5000);
}

TEST_CASE("sink: without commit the target is as it was and the temporary file is gone") {
    const TemporaryFolder folder;
    folder.write("mix.wav", "the old one");
    {
        auto sink = io::create(folder.path() / "mix.wav", format_of(1, SampleFormat::int16));
        REQUIRE(sink);
        REQUIRE((*sink)->write(AudioBuffer(1, 5000).view()));
    }
    CHECK(bytes_of(folder.path() / "mix.wav") == "the old one");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("sink: a target that is a link becomes a file, what it pointed to stays") {
    const TemporaryFolder folder;
    folder.write("elsewhere.wav", "the old one");
    std::filesystem::create_symlink("elsewhere.wav", folder.path() / "mix.wav");
    REQUIRE_FALSE(write_noise(folder.path() / "mix.wav", format_of(1, SampleFormat::int16), 4096));
    CHECK(bytes_of(folder.path() / "elsewhere.wav") == "the old one");
    CHECK(read_all(folder.path() / "mix.wav").frames() == 4096);
}

TEST_CASE("sink: a new file has the permissions that a plain new file would have") {
    const TemporaryFolder folder;
    folder.write("plain");
    REQUIRE_FALSE(write_noise(folder.path() / "mix.wav", format_of(1, SampleFormat::int16), 4096));
    CHECK(std::filesystem::status(folder.path() / "mix.wav").permissions() ==
          std::filesystem::status(folder.path() / "plain").permissions());
}

TEST_CASE("sink: the same samples give the same bytes, in any blocks, dither included") {
    const auto sample = GENERATE(SampleFormat::int16, SampleFormat::int24, SampleFormat::float32);
    const auto container = GENERATE(Container::wav, Container::flac);
    if (container == Container::flac && sample == SampleFormat::float32) {
        return; // FLAC holds integers
    }
    const TemporaryFolder folder;
    const auto sound = planar({white_noise(20'000, Seed{1}, 0.3), white_noise(20'000, Seed{2})});
    for (const std::size_t block : {20'000u, 4096u, 1u}) {
        const auto target = folder.path() / std::to_string(block);
        auto sink = io::create(target, format_of(2, sample, container));
        REQUIRE(sink);
        for (std::size_t done = 0; done < 20'000; done += block) {
            REQUIRE((*sink)->write(
                sound.view().slice(done, std::min<std::size_t>(block, 20'000 - done))));
        }
        REQUIRE((*sink)->commit());
    }
    CHECK(bytes_of(folder.path() / "20000") == bytes_of(folder.path() / "4096"));
    CHECK(bytes_of(folder.path() / "20000") == bytes_of(folder.path() / "1"));
}

TEST_CASE("sink: 16 bits are dithered, channel by channel, unless asked not to be") {
    const bool dither = GENERATE(true, false);
    const TemporaryFolder folder;
    auto format = format_of(2, SampleFormat::int16);
    format.dither = dither;
    auto sink = io::create(folder.path() / "quiet.wav", format);
    REQUIRE(sink);
    // 0.3 LSB: without dither this rounds to nothing.
    REQUIRE((*sink)->write(planar(std::vector<float>(50'000, 0.3f / 32768.0f), 2).view()));
    REQUIRE((*sink)->commit());
    const WholeFile read = read_all(folder.path() / "quiet.wav");
    double sum = 0.0;
    for (const float x : read.channels[0]) {
        sum += static_cast<double>(x) * 32768.0;
    }
    // A standard deviation of 0.5 LSB over 50000 samples leaves 0.0022; five of them.
    CHECK(sum / 50'000.0 == Approx(dither ? 0.3 : 0.0).margin(0.011));
    CHECK((read.channels[0] == read.channels[1]) == !dither);
}

TEST_CASE("sink: clipped samples are counted over all channels, floats don't clip") {
    const TemporaryFolder folder;
    const auto loud = planar({{0.5f, 2.0f, -3.0f}, {1.0f, 0.0f, -1.0f}});
    for (const auto& [sample, clipped] :
         {std::pair{SampleFormat::int24, 3u}, std::pair{SampleFormat::float32, 0u}}) {
        auto sink = io::create(folder.path() / "loud.wav", format_of(2, sample));
        REQUIRE(sink);
        REQUIRE((*sink)->write(loud.view()));
        CHECK((*sink)->clipped_samples() == clipped);
        REQUIRE((*sink)->commit());
    }
    const WholeFile read = read_all(folder.path() / "loud.wav");
    CHECK(read.channels[0] == std::vector<float>{0.5f, 2.0f, -3.0f});
}

TEST_CASE("sink: mono and stereo have the plain WAV header, more channels the extensible one") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "a.wav";

    struct Row {
        int channels;
        SampleFormat sample;
        std::string format; ///< the `fmt ` chunk's size and tag
    };

    using namespace std::string_literals;
    const Row rows[] = {{1, SampleFormat::int16, "fmt \x10\0\0\0\x01\0"s},
                        {2, SampleFormat::int24, "fmt \x10\0\0\0\x01\0"s},
                        {2, SampleFormat::float32, "fmt \x10\0\0\0\x03\0"s},
                        {1, SampleFormat::float64, "fmt \x10\0\0\0\x03\0"s},
                        {3, SampleFormat::int24, "fmt \x28\0\0\0\xFE\xFF"s}};
    for (const Row& row : rows) {
        REQUIRE_FALSE(write_noise(target, format_of(row.channels, row.sample), 8192));
        const std::string bytes = bytes_of(target);
        CAPTURE(row.channels);
        CHECK(bytes.starts_with("RIFF"));
        CHECK(bytes.find(row.format) != std::string::npos);
        CHECK(read_all(target).frames() == 8192);
        run_tool("ffmpeg -v error -xerror -nostdin -i " + quoted(target) + " -f null -");
    }
}

TEST_CASE("sink: RF64 is what was asked for") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "long.wav";
    REQUIRE_FALSE(write_noise(target, format_of(2, SampleFormat::int24, Container::rf64), 8192));
    CHECK(bytes_of(target).starts_with("RF64"));
    CHECK(read_all(target).info.container == "RF64");
    CHECK(read_all(target).frames() == 8192);
}

// 4.3 GB on disk: for the hand, with `audio_io_test "[4gb]"`.
TEST_CASE("sink: a WAV beyond 4 GB turns into RF64 and is read to its end", "[.][4gb]") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "long.wav";
    constexpr std::size_t frames = 4096 * 140'000; // times 8 bytes: 4.59 GB
    REQUIRE_FALSE(write_noise(target, format_of(2, SampleFormat::float32), frames));
    CHECK(std::filesystem::file_size(target) > 4'500'000'000u);
    auto source = io::open(target);
    REQUIRE(source);
    CHECK((*source)->info().container == "RF64");
    CHECK((*source)->info().frames == frames);
    AudioBuffer block(2, 1 << 16);
    std::size_t read = 0;
    while (true) {
        const auto got = (*source)->read(block.view());
        REQUIRE(got);
        if (*got == 0) {
            break;
        }
        read += *got;
    }
    CHECK(read == frames);
}

TEST_CASE("sink: a full disk is said, the target stays as it was, and nothing is left") {
    SmallDisk disk(300'000);
    if (!disk.ok()) {
        WARN("skipped: no disk can be mounted here");
        return;
    }
    const auto container = GENERATE(Container::wav, Container::rf64, Container::flac);
    // Far too long; and just too long, so that only the last block or the header fails.
    const std::size_t frames = GENERATE(4096u * 100, 4096u * 25);
    const auto target = disk.path() / "mix.wav";
    std::ofstream(target) << "the old one";
    auto format = format_of(1, SampleFormat::int24, container);
    const auto error = write_noise(target, format, frames);
    REQUIRE(error);
    CHECK(error->kind == ErrorKind::unwritable);
    CHECK_THAT(error->what, Catch::Contains("disk is full"));
    CHECK(error->where == target.string());
    CHECK(bytes_of(target) == "the old one");
    CHECK(files_in(disk.path()) == 1);
    CHECK(io::write_text(disk.path() / "report.json", std::string(400'000, ' ')).ok() == false);
    CHECK(files_in(disk.path()) == 1);
    CHECK(io::write_text(disk.path() / "report.json", "{}").ok());
}

TEST_CASE("sink: a limit on file sizes is said, and nothing is left") {
    const auto container = GENERATE(Container::wav, Container::flac);
    const TemporaryFolder folder;
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{100'000, before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const auto error = write_noise(folder.path() / "mix.wav",
                                   format_of(1, SampleFormat::int24, container), 4096 * 100);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    REQUIRE(error);
    CHECK(error->kind == ErrorKind::unwritable);
    CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("sink: what can't be a file is refused in one line before anything is written") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "folder");
    folder.write("file");

    struct Row {
        std::filesystem::path target;
        io::SinkFormat format;
        const char* what;
        ErrorKind kind;
    };

    const auto stereo = format_of(2, SampleFormat::int24);
    auto fast_flac = format_of(1, SampleFormat::int24, Container::flac);
    fast_flac.sample_rate = Hertz{768000.0};
    auto slow = stereo;
    slow.sample_rate = Hertz{4000.0};
    auto broken = stereo;
    broken.sample_rate = Hertz{44100.5};
    const Row rows[] = {
        {folder.path() / "folder", stereo, "is a folder", ErrorKind::unwritable},
        {folder.path() / "none/mix.wav", stereo, "its folder isn't there", ErrorKind::unwritable},
        {folder.path() / "file/mix.wav", stereo, "Not a directory", ErrorKind::unwritable},
        {folder.path() / "a", format_of(9, SampleFormat::int16, Container::flac), "8 channels",
         ErrorKind::usage},
        {folder.path() / "a", format_of(2, SampleFormat::float32, Container::flac), "24 bits",
         ErrorKind::usage},
        {folder.path() / "a", format_of(2, SampleFormat::int32, Container::flac), "24 bits",
         ErrorKind::usage},
        {folder.path() / "a", fast_flac, "655350 Hz", ErrorKind::usage},
        {folder.path() / "a", format_of(65, SampleFormat::int16), "65 channels", ErrorKind::usage},
        {folder.path() / "a", format_of(0, SampleFormat::int16), "0 channels", ErrorKind::usage},
        {folder.path() / "a", slow, "4000 Hz", ErrorKind::usage},
        {folder.path() / "a", broken, "44100.5 Hz", ErrorKind::usage},
    };
    for (const Row& row : rows) {
        const auto sink = io::create(row.target, row.format);
        CAPTURE(row.target, row.what);
        REQUIRE_FALSE(sink);
        CHECK_THAT(sink.error().what, Catch::Contains(row.what));
        CHECK(sink.error().kind == row.kind);
        CHECK(sink.error().where == row.target.string());
        CHECK_FALSE(sink.error().action.empty());
    }
    CHECK(files_in(folder.path()) == 2);
}

TEST_CASE("sink: a folder that may not be written is refused with the system's reason") {
    const TemporaryFolder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read |
                                                    std::filesystem::perms::owner_exec |
                                                    std::filesystem::perms::others_exec);
    const bool is_root = geteuid() == 0; // who may write everything: be somebody else for a moment
    constexpr uid_t nobody = 65534;
    if (is_root) {
        REQUIRE(seteuid(nobody) == 0);
    }
    const auto sink = io::create(folder.path() / "mix.wav", format_of(1, SampleFormat::int16));
    if (is_root) {
        REQUIRE(seteuid(0) == 0);
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    REQUIRE_FALSE(sink);
    CHECK_THAT(sink.error().what, Catch::Contains("Permission denied"));
    CHECK(sink.error().kind == ErrorKind::unwritable);
}

TEST_CASE("sink: the longest name that a file can have works") {
    const TemporaryFolder folder;
    std::string name(255, 'x');
    name.replace(251, 4, ".wav");
    const auto target = folder.path() / name;
    CHECK_FALSE(write_noise(target, format_of(1, SampleFormat::int16), 4096));
    CHECK(std::filesystem::exists(target));
}

TEST_CASE("sink: an input under any of its names is no target") {
    const TemporaryFolder folder;
    folder.write("take.wav", "sound");
    folder.write("sub/other.wav", "sound");
    const auto take = folder.path() / "take.wav";
    std::filesystem::create_symlink("take.wav", folder.path() / "soft.wav");
    std::filesystem::create_hard_link(take, folder.path() / "hard.wav");
    const std::vector<std::filesystem::path> inputs = {folder.path() / "sub/other.wav", take,
                                                       folder.path() / "not there.wav"};
    for (const char* name : {"take.wav", "sub/../take.wav", "./take.wav", "soft.wav", "hard.wav"}) {
        const Status refused = io::refuse_overwriting_inputs(folder.path() / name, inputs);
        CAPTURE(name);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::usage);
        CHECK_THAT(refused.error().what, Catch::Contains(take.string()));
    }
    CHECK(io::refuse_overwriting_inputs(folder.path() / "new.wav", inputs).ok());
    folder.write("twin.wav", "sound"); // the same bytes are not the same file
    CHECK(io::refuse_overwriting_inputs(folder.path() / "twin.wav", inputs).ok());
}

TEST_CASE("write_text: whole or not at all") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "report.json";
    REQUIRE(io::write_text(target, "{}\n"));
    REQUIRE(io::write_text(target, "{\"a\":1}\n"));
    CHECK(bytes_of(target) == "{\"a\":1}\n");
    REQUIRE(io::write_text(target, ""));
    CHECK(bytes_of(target).empty());
    CHECK(files_in(folder.path()) == 1);
    const Status refused = io::write_text(folder.path() / "none/report.json", "{}");
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().what, Catch::Contains("its folder isn't there"));
}
