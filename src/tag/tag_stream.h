// SPDX-License-Identifier: MIT
// TagStream: what TagLib reads and writes, on a FileEdit: nothing reaches the disk.
#pragma once

#include "tag/file_edit.h"

#include <tiostream.h>

namespace gainstage::tag {

class TagStream final : public TagLib::IOStream {
public:
    explicit TagStream(FileEdit& edit) : edit_(edit) {} ///< which must outlive it

    [[nodiscard]] TagLib::FileName name() const override { return edit_.path().c_str(); }

    TagLib::ByteVector readBlock(unsigned long length) override;
    void writeBlock(const TagLib::ByteVector& data) override;
    void
    insert(const TagLib::ByteVector& data, unsigned long start, unsigned long replace) override;
    void removeBlock(unsigned long start, unsigned long length) override;

    [[nodiscard]] bool readOnly() const override { return false; }

    [[nodiscard]] bool isOpen() const override { return true; }

    void seek(long offset, Position from) override;

    [[nodiscard]] long tell() const override { return static_cast<long>(position_); }

    long length() override { return static_cast<long>(edit_.bytes()); }

    void truncate(long length) override;

private:
    FileEdit& edit_;
    std::uint64_t position_ = 0;
};

} // namespace gainstage::tag
