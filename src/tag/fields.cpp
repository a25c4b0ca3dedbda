// SPDX-License-Identifier: MIT
#include "tag/fields.h"

#include "tag/mp4_atoms.h"
#include "tag/ogg_flac.h"
#include "tag/tag_stream.h"

#include <aifffile.h>
#include <apetag.h>
#include <asffile.h>
#include <asftag.h>
#include <flacfile.h>
#include <id3v2framefactory.h>
#include <id3v2header.h>
#include <id3v2tag.h>
#include <mp4file.h>
#include <mp4tag.h>
#include <mpegfile.h>
#include <oggflacfile.h>
#include <opusfile.h>
#include <speexfile.h>
#include <textidentificationframe.h>
#include <vorbisfile.h>
#include <wavpackfile.h>
#include <xiphcomment.h>

#include <algorithm>
#include <cctype>

namespace gainstage::tag {
namespace {

constexpr bool no_properties = false; // the sound's, which are of no interest here
constexpr const char* itunes = "----:com.apple.iTunes:";

using Names = std::span<const std::string_view>;
using Fields = std::span<const Field>;

Written saved(bool done) { return done ? Written::done : Written::failed; }

bool is_one_of(const TagLib::String& name, Names names) {
    const std::string upper = name.upper().to8Bit(true);
    return std::ranges::find(names, upper) != names.end();
}

TagLib::String text(const std::string& value) { return {value, TagLib::String::UTF8}; }

bool change(TagLib::Ogg::XiphComment& comment, Names removed, Fields added) {
    bool found = false;
    for (const std::string_view name : removed) {
        const TagLib::String key((std::string(name)));
        found = comment.contains(key) || found;
        comment.removeFields(key);
    }
    for (const Field& field : added) {
        comment.addField(field.name, text(field.value));
    }
    return found || !added.empty();
}

bool change(TagLib::ID3v2::Tag& tag, Names removed, Fields added) {
    bool found = false;
    const TagLib::ID3v2::FrameList frames = tag.frameList("TXXX");
    for (TagLib::ID3v2::Frame* frame : frames) {
        const auto* own = dynamic_cast<TagLib::ID3v2::UserTextIdentificationFrame*>(frame);
        if (own != nullptr && is_one_of(own->description(), removed)) {
            found = true;
            tag.removeFrame(frame);
        }
    }
    for (const Field& field : added) {
        // Plain ASCII, which every reader takes.
        tag.addFrame(new TagLib::ID3v2::UserTextIdentificationFrame(
            field.name, TagLib::StringList(text(field.value)), TagLib::String::Latin1));
    }
    return found || !added.empty();
}

bool change(TagLib::APE::Tag& tag, Names removed, Fields added) {
    bool found = false;
    for (const std::string_view name : removed) {
        const TagLib::String key((std::string(name)));
        found = tag.itemListMap().contains(key) || found;
        tag.removeItem(key);
    }
    for (const Field& field : added) {
        tag.addValue(field.name, text(field.value), true);
    }
    return found || !added.empty();
}

bool change(TagLib::MP4::Tag& tag, Names removed, Fields added) {
    bool found = false;
    const TagLib::String prefix(itunes);
    const TagLib::MP4::ItemMap items = tag.itemMap();
    for (const auto& [key, item] : items) {
        if (key.startsWith(prefix) && is_one_of(key.substr(prefix.size()), removed)) {
            found = true;
            tag.removeItem(key);
        }
    }
    for (const Field& field : added) {
        tag.setItem(prefix + field.name, TagLib::StringList(text(field.value)));
    }
    return found || !added.empty();
}

bool change(TagLib::ASF::Tag& tag, Names removed, Fields added) {
    bool found = false;
    const TagLib::ASF::AttributeListMap attributes = tag.attributeListMap();
    for (const auto& [name, list] : attributes) {
        if (is_one_of(name, removed)) {
            found = true;
            tag.removeItem(name);
        }
    }
    for (const Field& field : added) {
        tag.setAttribute(field.name, TagLib::ASF::Attribute(text(field.value)));
    }
    return found || !added.empty();
}

TagLib::ID3v2::Version version_of(const TagLib::ID3v2::Tag& tag, bool was_there) {
    return was_there && tag.header()->majorVersion() >= 4 ? TagLib::ID3v2::v4 : TagLib::ID3v2::v3;
}

template <typename File>
Written write_ogg(TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    File file(&stream, no_properties);
    if (!file.isValid() || file.tag() == nullptr) {
        return Written::failed;
    }
    if (!change(*file.tag(), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save()) : Written::done;
}

Written
write_ogg_flac(FileEdit& edit, TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    const auto were_last = ogg_flac_comments_are_last(edit);
    if (!were_last) { // TagLib would write over the stream's header
        return Written::failed;
    }
    const Written written = write_ogg<TagLib::Ogg::FLAC::File>(stream, removed, added, save);
    return save && written == Written::done && *were_last ? saved(mark_ogg_flac_comments_last(edit))
                                                          : written;
}

Written write_flac(TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    TagLib::FLAC::File file(&stream, TagLib::ID3v2::FrameFactory::instance(), no_properties);
    if (!file.isValid() || file.xiphComment(true) == nullptr) {
        return Written::failed;
    }
    if (!change(*file.xiphComment(true), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save()) : Written::done;
}

/// A second ID3v2 tag right behind the first, which TagLib would write over.
///   source  ID3v2.4.0 main structure, 3.1 (header), 3.4 (footer)
bool has_second_id3v2(const FileEdit& edit) {
    constexpr std::size_t header_bytes = 10;
    constexpr char with_footer = 0x10;
    const std::string header = edit.read(0, header_bytes);
    if (header.size() < header_bytes || !header.starts_with("ID3")) {
        return false;
    }
    std::uint64_t bytes = 0;
    for (const char seven_bits : header.substr(6)) {
        bytes = bytes << 7 | (static_cast<unsigned char>(seven_bits) & 0x7fu);
    }
    const std::size_t footer_bytes = (header[5] & with_footer) != 0 ? header_bytes : 0;
    return edit.read(header_bytes + bytes + footer_bytes, 3) == "ID3";
}

Written
write_mpeg(const FileEdit& edit, TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    using TagLib::MPEG::File;
    if (has_second_id3v2(edit)) {
        return Written::failed;
    }
    File file(&stream, TagLib::ID3v2::FrameFactory::instance(), no_properties);
    if (!file.isValid() || file.ID3v2Tag(true) == nullptr) {
        return Written::failed;
    }
    TagLib::ID3v2::Tag& tag = *file.ID3v2Tag(true);
    const bool in_id3v2 = change(tag, removed, added);
    const bool in_ape = file.hasAPETag() && change(*file.APETag(), removed, {});
    if (!in_id3v2 && !in_ape) {
        return Written::nothing;
    }
    const int tags = (in_id3v2 ? File::ID3v2 : 0) | (in_ape ? File::APE : 0);
    return save ? saved(file.save(tags, File::StripNone, version_of(tag, file.hasID3v2Tag()),
                                  File::DoNotDuplicate))
                : Written::done;
}

Written
write_mp4(const FileEdit& edit, TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    if (!mp4_atoms_are_sound(edit)) {
        return Written::failed;
    }
    TagLib::MP4::File file(&stream, no_properties);
    if (!file.isValid() || file.tag() == nullptr) {
        return Written::failed;
    }
    if (!change(*file.tag(), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save()) : Written::done;
}

Written write_wavpack(TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    TagLib::WavPack::File file(&stream, no_properties);
    if (!file.isValid() || file.APETag(true) == nullptr) {
        return Written::failed;
    }
    if (!change(*file.APETag(true), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save()) : Written::done;
}

Written write_asf(TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    TagLib::ASF::File file(&stream, no_properties);
    if (!file.isValid() || file.tag() == nullptr) {
        return Written::failed;
    }
    if (!change(*file.tag(), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save()) : Written::done;
}

Written write_aiff(TagLib::IOStream& stream, Names removed, Fields added, bool save) {
    TagLib::RIFF::AIFF::File file(&stream, no_properties);
    if (!file.isValid() || file.tag() == nullptr) {
        return Written::failed;
    }
    if (!change(*file.tag(), removed, added)) {
        return Written::nothing;
    }
    return save ? saved(file.save(version_of(*file.tag(), file.hasID3v2Tag()))) : Written::done;
}

/// Without `save`: whether there would be something to save.
Written write_as(FileEdit& edit, Format format, Names removed, Fields added, bool save) {
    TagStream stream(edit);
    switch (format) {
    case Format::flac:
        return write_flac(stream, removed, added, save);
    case Format::ogg_vorbis:
        return write_ogg<TagLib::Ogg::Vorbis::File>(stream, removed, added, save);
    case Format::ogg_opus:
        return write_ogg<TagLib::Ogg::Opus::File>(stream, removed, added, save);
    case Format::ogg_flac:
        return write_ogg_flac(edit, stream, removed, added, save);
    case Format::ogg_speex:
        return write_ogg<TagLib::Ogg::Speex::File>(stream, removed, added, save);
    case Format::mpeg:
        return write_mpeg(edit, stream, removed, added, save);
    case Format::mp4:
        return write_mp4(edit, stream, removed, added, save);
    case Format::wavpack:
        return write_wavpack(stream, removed, added, save);
    case Format::asf:
        return write_asf(stream, removed, added, save);
    case Format::aiff:
        return write_aiff(stream, removed, added, save);
    case Format::wave:
        break;
    }
    return Written::failed;
}

} // namespace

Written write_fields(FileEdit& edit, Format format, Names removed, Fields added) {
    const Written written = write_as(edit, format, removed, added, true);
    if (written != Written::done) {
        return written;
    }
    // In damaged files TagLib may write to where nobody will look.
    const Written there = write_as(edit, format, removed, {}, false);
    return there == (added.empty() ? Written::nothing : Written::done) ? written : Written::failed;
}

} // namespace gainstage::tag
