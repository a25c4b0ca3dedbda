// SPDX-License-Identifier: MIT
#include "app/tagging.h"

#include "app/interrupt.h"
#include "app/outcome.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

namespace gainstage::app {
namespace {

tag::Scheme scheme_named(const std::string& name) {
    return name == "replaygain" ? tag::Scheme::replay_gain
           : name == "r128"     ? tag::Scheme::r128
           : name == "bext"     ? tag::Scheme::bext
                                : tag::Scheme::automatic;
}

tag::OpusHeader opus_header_named(const std::string& name) {
    return name == "track"   ? tag::OpusHeader::track
           : name == "album" ? tag::OpusHeader::album
                             : tag::OpusHeader::keep;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
    std::error_code failure;
    const auto absolute = std::filesystem::absolute(path, failure);
    return (failure ? path : absolute).lexically_normal().parent_path();
}

audio::io::Watch interrupts() {
    audio::io::Watch watch;
    watch.stop = &interrupted();
    return watch;
}

Result<std::optional<tag::UndoLog>> open_log(const TagFlags& flags) {
    std::optional<tag::UndoLog> log;
    if (!flags.undo_file.empty() && !flags.dry_run) {
        auto opened = tag::UndoLog::open(flags.undo_file);
        if (!opened) {
            return opened.error();
        }
        log.emplace(std::move(*opened));
    }
    return log;
}

/// One file's tags onto the disk, unless it is only asked for, and a line about it.
Status finish(const tag::Tagged& tagged,
              const char* done,
              const TagFlags& flags,
              tag::UndoLog* log,
              const audio::io::Watch& watch,
              Console& console) {
    const std::string path = tagged.edit.path().string();
    std::string fields;
    for (const tag::Field& field : tagged.fields) {
        fields += fmt::format("{}{}={}", fields.empty() ? ": " : ", ", field.name, field.value);
    }
    if (!tagged.edit.is_changed()) {
        console.say(fmt::format("{}: nothing to change{}", path, fields));
        return Done{};
    }
    if (flags.dry_run) {
        console.say(fmt::format("{}: would be {}{}", path, done, fields));
        return Done{};
    }
    const Status saved =
        tag::save_edit(tagged.edit, {.keep_mtime = flags.keep_mtime, .undo = log}, watch);
    if (saved) {
        console.say(fmt::format("{}: {}{}", path, done, fields));
    }
    return saved;
}

} // namespace

void TagFlags::add_to(CLI::App& verb) {
    auto* modes = verb.add_option_group("Tags", "One of");
    modes
        ->add_option(
            "--tag", scheme,
            "Write loudness tags into the files, an album a folder: auto (what each format "
            "takes), replaygain, r128 (Opus), bext (WAV)")
        ->check(CLI::IsMember({"auto", "replaygain", "r128", "bext"}));
    modes->add_flag("--untag", untag, "Take loudness tags out of the files; nothing is measured");
    modes->add_option("--undo", undo,
                      "Put files back as they were, byte for byte, from an undo file");
    modes->require_option(0, 1);
    verb.add_option("--undo-file", undo_file,
                    "With --tag or --untag: keep in this file what --undo needs");
    verb.add_flag("--dry-run", dry_run, "Say what would be written, write nothing");
    verb.add_option(
            "--opus-header", opus_header,
            "With --tag: put the gain of track or album into Opus headers, for players that "
            "know no tags")
        ->check(CLI::IsMember({"keep", "track", "album"}));
    verb.add_flag("--no-album", no_album, "With --tag: tracks only");
    verb.add_flag("--keep-mtime,!--no-keep-mtime", keep_mtime,
                  "Tagged files keep their time of change (default)");
}

Result<Tagging> Tagging::begin(const TagFlags& flags,
                               const std::vector<std::filesystem::path>& paths,
                               Console& console) {
    Tagging tagging(flags, console);
    if (!flags.tags()) {
        return tagging;
    }
    auto log = open_log(flags);
    if (!log) {
        return log.error();
    }
    if (*log) {
        tagging.log_.emplace(std::move(**log));
    }
    for (const auto& path : paths) {
        ++tagging.files_in_[folder_of(path)];
    }
    return tagging;
}

void Tagging::add(const report::Outcome<measure::MeasuredFile>& file,
                  const audio::io::Watch& watch) {
    if (!flags_->tags()) {
        return;
    }
    const auto name = folder_of(file.path);
    const auto [at, is_new] = open_.try_emplace(name);
    Folder& folder = at->second;
    if (is_new) {
        folder.files_to_come = files_in_[name];
    }
    if (file.result && !file.result->damage) {
        folder.album.add(file.result->measurement);
        folder.measured.push_back(*file.result);
        folder.measured.back().path = file.path;
        folder.measured.back().measurement.gate_blocks.reset(); // they are in the album now
        folder.measured.back().measurement.history = {};
    } else {
        folder.album_is_whole = false;
    }
    if (--folder.files_to_come == 0) {
        tag_folder(name, folder, watch);
        open_.erase(at);
    }
}

void Tagging::tag_folder(const std::filesystem::path& name,
                         Folder& folder,
                         const audio::io::Watch& watch) {
    std::optional<tag::Levels> album;
    if (!flags_->no_album && folder.album_is_whole) {
        album = folder.album.levels();
    } else if (!flags_->no_album && !folder.measured.empty()) {
        console_->say(fmt::format("{}: no album tags: some of its files couldn't be measured",
                                  name.string()));
    }
    const tag::TagOptions options{.scheme = scheme_named(flags_->scheme),
                                  .opus_header = opus_header_named(flags_->opus_header)};
    for (const measure::MeasuredFile& file : folder.measured) {
        if (watch.stopped()) {
            return;
        }
        const auto tagged = tag::tag_file(file.path, file.measurement, album, options);
        const Status done =
            tagged ? finish(*tagged, "tagged", *flags_, log_ ? &*log_ : nullptr, watch, *console_)
                   : Status{tagged.error()};
        if (!done && done.error().kind != ErrorKind::interrupted) {
            console_->error(done.error());
            ++failed_;
        }
    }
}

ExitCode run_untag(const TagFlags& flags,
                   const std::vector<std::filesystem::path>& paths,
                   Console& console) {
    auto log = open_log(flags);
    if (!log) {
        return fail(log.error(), console);
    }
    const audio::io::Watch watch = interrupts();
    std::size_t failed = 0;
    for (const auto& path : paths) {
        if (interrupted()) {
            return exit_interrupted;
        }
        const auto tagged = tag::untag_file(path);
        const Status done =
            tagged ? finish(*tagged, "untagged", flags, *log ? &**log : nullptr, watch, console)
                   : Status{tagged.error()};
        if (!done && done.error().kind != ErrorKind::interrupted) {
            console.error(done.error());
            ++failed;
        }
    }
    return interrupted() ? exit_interrupted : exit_code_of(paths.size() - failed, failed);
}

ExitCode run_undo(const TagFlags& flags, Console& console) {
    std::size_t failed = 0;
    std::size_t done = 0;
    const Status undone =
        tag::undo(flags.undo, flags.dry_run, interrupts(), [&](const Result<tag::Undone>& file) {
            if (!file) {
                console.error(file.error());
                ++failed;
                return;
            }
            ++done;
            const char* what = !file->was_changed ? "is as it was already"
                               : flags.dry_run    ? "would be as it was"
                                                  : "is as it was";
            console.say(fmt::format("{}: {}", file->path.string(), what));
        });
    if (!undone) {
        return fail(undone.error(), console);
    }
    return exit_code_of(done, failed);
}

} // namespace gainstage::app
