// SPDX-License-Identifier: MIT
// ogg_page: whether an Ogg file was cut, and whether it is several in a row. Ogg has no length in
// its header to compare with.
#pragma once

#include <filesystem>

namespace gainstage::audio::io {

/// Whether the last page (RFC 3533, section 6) goes on beyond the end of the file. A file cut
/// exactly between two pages looks like a stream that just ended there: false.
bool ends_in_cut_page(const std::filesystem::path& path);

/// Whether other streams follow the ones that the file begins with (a chain, RFC 3533, section 4):
/// its last page is of none of them. False for what isn't Ogg.
bool is_chained_ogg(const std::filesystem::path& path);

} // namespace gainstage::audio::io
