// SPDX-License-Identifier: MIT
#include "audio/layout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

namespace gainstage::audio {
namespace {

// Bit n of dwChannelMask, from the WAVEFORMATEXTENSIBLE definition (mmreg.h order, bits 0 to 17).
// "Back" and "side" pairs share the label left_surround when only one of them is there: see
// from_wave_mask.
constexpr std::array<Speaker, 18> mask_order = {Speaker::left,
                                                Speaker::right,
                                                Speaker::centre,
                                                Speaker::lfe,
                                                Speaker::left_rear,
                                                Speaker::right_rear,
                                                Speaker::left_centre,
                                                Speaker::right_centre,
                                                Speaker::centre_rear,
                                                Speaker::left_surround,
                                                Speaker::right_surround,
                                                Speaker::top_centre,
                                                Speaker::top_left_front,
                                                Speaker::top_centre_front,
                                                Speaker::top_right_front,
                                                Speaker::top_left_rear,
                                                Speaker::top_centre_rear,
                                                Speaker::top_right_rear};

constexpr unsigned back_pair = (1u << 4) | (1u << 5);
constexpr unsigned side_pair = (1u << 9) | (1u << 10);

Speaker label(unsigned bit, unsigned mask) {
    // 5.1 is written with the back pair (0x3F) as often as with the side pair (0x60F); both mean
    // Ls/Rs at 110 degrees.
    const bool back_is_surround = (mask & side_pair) == 0;
    if (back_is_surround && bit == 4) {
        return Speaker::left_surround;
    }
    if (back_is_surround && bit == 5) {
        return Speaker::right_surround;
    }
    return mask_order[bit];
}

struct Named {
    const char* name;
    unsigned mask;
};

constexpr unsigned mask_71 = 0x63F;
constexpr unsigned mask_top2 = (1u << 12) | (1u << 14);
constexpr unsigned mask_top4 = (1u << 12) | (1u << 14) | (1u << 15) | (1u << 17);

constexpr Named named_layouts[] = {{"stereo", 0x3},
                                   {"3.0", 0x7},
                                   {"quad", 0x33},
                                   {"quad", 0x603},
                                   {"5.0", 0x37},
                                   {"5.0", 0x607},
                                   {"5.1", 0x3F},
                                   {"5.1", 0x60F},
                                   {"6.1", 0x70F},
                                   {"7.0", 0x637},
                                   {"7.1", mask_71},
                                   {"2.1", 0xB},
                                   {"5.1.2", 0x3F | mask_top2},
                                   {"5.1.2", 0x60F | mask_top2},
                                   {"7.1.4", mask_71 | mask_top4},
                                   {"5.1.4", 0x3F | mask_top4},
                                   {"5.1.4", 0x60F | mask_top4}};

struct Listed {
    const char* name;
    std::initializer_list<Speaker> speakers;
};

// Layouts with loudspeakers that no mask bit stands for. 7.1.2: the heights above the side pair, as
// beds of object audio have them. 22.2: ITU-R BS.2051-3 system H, channels 1 to 24; its front pair
// stands at 60 degrees.
constexpr Listed listed_layouts[] = {
    {"7.1.2",
     {Speaker::left, Speaker::right, Speaker::centre, Speaker::lfe, Speaker::left_rear,
      Speaker::right_rear, Speaker::left_surround, Speaker::right_surround, Speaker::top_left_side,
      Speaker::top_right_side}},
    {"22.2",
     {Speaker::left_wide,
      Speaker::right_wide,
      Speaker::centre,
      Speaker::lfe,
      Speaker::left_rear,
      Speaker::right_rear,
      Speaker::left,
      Speaker::right,
      Speaker::centre_rear,
      Speaker::lfe2,
      Speaker::left_surround,
      Speaker::right_surround,
      Speaker::top_left_front,
      Speaker::top_right_front,
      Speaker::top_centre_front,
      Speaker::top_centre,
      Speaker::top_left_rear,
      Speaker::top_right_rear,
      Speaker::top_left_side,
      Speaker::top_right_side,
      Speaker::top_centre_rear,
      Speaker::bottom_centre_front,
      Speaker::bottom_left_front,
      Speaker::bottom_right_front}}};

} // namespace

std::optional<ChannelLayout> ChannelLayout::named(std::string_view name) {
    if (name == "mono") {
        return default_for(1);
    }
    for (const Named& one : named_layouts) {
        if (name == one.name) {
            return from_wave_mask(one.mask, std::popcount(one.mask));
        }
    }
    for (const Listed& one : listed_layouts) {
        if (name == one.name) {
            return ChannelLayout{one.speakers};
        }
    }
    return std::nullopt;
}

std::vector<std::string> ChannelLayout::names() {
    std::vector<std::string> out{"mono"};
    for (const Named& one : named_layouts) {
        if (std::ranges::find(out, one.name) == out.end()) {
            out.emplace_back(one.name);
        }
    }
    for (const Listed& one : listed_layouts) {
        out.emplace_back(one.name);
    }
    return out;
}

bool ChannelLayout::is_unknown() const noexcept {
    return std::ranges::all_of(speakers_,
                               [](Speaker speaker) { return speaker == Speaker::unknown; });
}

ChannelLayout ChannelLayout::default_for(int channels) {
    switch (channels) {
    case 1:
        return ChannelLayout{{Speaker::mono}};
    case 2:
        return from_wave_mask(0x3, 2);
    case 3:
        return from_wave_mask(0x7, 3);
    case 4:
        return from_wave_mask(0x33, 4);
    case 5:
        return from_wave_mask(0x37, 5);
    case 6:
        return from_wave_mask(0x3F, 6);
    case 7:
        return from_wave_mask(0x70F, 7);
    case 8:
        return from_wave_mask(mask_71, 8);
    default:
        return ChannelLayout{
            std::vector<Speaker>(static_cast<std::size_t>(channels), Speaker::unknown)};
    }
}

ChannelLayout ChannelLayout::from_wave_mask(unsigned mask, int channels) {
    std::vector<Speaker> speakers;
    if (channels == 1) {
        return ChannelLayout{{Speaker::mono}};
    }
    for (unsigned bit = 0; bit < mask_order.size() && std::ssize(speakers) < channels; ++bit) {
        if ((mask >> bit & 1u) != 0) {
            speakers.push_back(label(bit, mask));
        }
    }
    speakers.resize(static_cast<std::size_t>(channels), Speaker::unknown);
    return ChannelLayout{std::move(speakers)};
}

unsigned ChannelLayout::to_wave_mask() const {
    for (const Named& named : named_layouts) {
        if (*this == from_wave_mask(named.mask, channels())) {
            return named.mask;
        }
    }
    unsigned mask = 0;
    for (const Speaker speaker : speakers_) {
        const auto* found = std::ranges::find(mask_order, speaker);
        if (found == mask_order.end()) {
            return speaker == Speaker::mono ? 0x4 : 0; // a mono file is a centre loudspeaker
        }
        mask |= 1u << std::distance(mask_order.begin(), found);
    }
    return *this == from_wave_mask(mask, channels()) ? mask : 0;
}

std::string ChannelLayout::name() const {
    if (channels() == 1) {
        return "mono";
    }
    for (const Named& named : named_layouts) {
        if (*this == from_wave_mask(named.mask, channels())) {
            return named.name;
        }
    }
    for (const Listed& listed : listed_layouts) {
        if (std::ranges::equal(speakers_, listed.speakers)) {
            return listed.name;
        }
    }
    return std::to_string(channels()) + " channels";
}

const char* short_name(Speaker speaker) noexcept {
    switch (speaker) {
    case Speaker::unknown:
        return "?";
    case Speaker::mono:
        return "M";
    case Speaker::left:
        return "L";
    case Speaker::right:
        return "R";
    case Speaker::centre:
        return "C";
    case Speaker::lfe:
        return "LFE";
    case Speaker::lfe2:
        return "LFE2";
    case Speaker::left_surround:
        return "Ls";
    case Speaker::right_surround:
        return "Rs";
    case Speaker::left_rear:
        return "Lrs";
    case Speaker::right_rear:
        return "Rrs";
    case Speaker::centre_rear:
        return "Cs";
    case Speaker::left_centre:
        return "Lc";
    case Speaker::right_centre:
        return "Rc";
    case Speaker::left_wide:
        return "Lw";
    case Speaker::right_wide:
        return "Rw";
    case Speaker::top_left_front:
        return "Tfl";
    case Speaker::top_right_front:
        return "Tfr";
    case Speaker::top_centre_front:
        return "Tfc";
    case Speaker::top_left_side:
        return "Tsl";
    case Speaker::top_right_side:
        return "Tsr";
    case Speaker::top_left_rear:
        return "Trl";
    case Speaker::top_right_rear:
        return "Trr";
    case Speaker::top_centre_rear:
        return "Trc";
    case Speaker::top_centre:
        return "Tc";
    case Speaker::bottom_left_front:
        return "Bfl";
    case Speaker::bottom_right_front:
        return "Bfr";
    case Speaker::bottom_centre_front:
        return "Bfc";
    }
    return "?";
}

} // namespace gainstage::audio
