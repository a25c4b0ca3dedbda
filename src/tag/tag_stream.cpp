// SPDX-License-Identifier: MIT
#include "tag/tag_stream.h"

#include <algorithm>

namespace gainstage::tag {
namespace {

std::string_view bytes_of(const TagLib::ByteVector& data) {
    return {data.data(), static_cast<std::size_t>(data.size())};
}

} // namespace

TagLib::ByteVector TagStream::readBlock(unsigned long length) {
    // A lying size in the file must not become memory.
    const std::uint64_t left = edit_.bytes() - std::min(position_, edit_.bytes());
    const std::string bytes =
        edit_.read(position_, static_cast<std::size_t>(std::min<std::uint64_t>(length, left)));
    position_ += bytes.size();
    return {bytes.data(), static_cast<unsigned>(bytes.size())};
}

void TagStream::writeBlock(const TagLib::ByteVector& data) {
    edit_.replace(position_, data.size(), bytes_of(data));
    position_ += data.size();
}

void TagStream::insert(const TagLib::ByteVector& data, unsigned long start, unsigned long replace) {
    edit_.replace(start, replace, bytes_of(data));
    position_ = start + data.size();
}

void TagStream::removeBlock(unsigned long start, unsigned long length) {
    edit_.replace(start, length, {});
    position_ = start;
}

void TagStream::seek(long offset, Position from) {
    const long base = from == Beginning ? 0 : from == Current ? tell() : length();
    position_ = static_cast<std::uint64_t>(std::max(0L, base + offset));
}

void TagStream::truncate(long length) {
    const auto end = static_cast<std::uint64_t>(std::max(0L, length));
    edit_.replace(end, edit_.bytes() - std::min(end, edit_.bytes()), {});
}

} // namespace gainstage::tag
