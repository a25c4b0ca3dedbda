// SPDX-License-Identifier: MIT
// ChannelLayout: which loudspeaker each channel is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::audio {

/// Loudspeaker labels of ITU-R BS.2051, by position. `unknown`: a channel with no stated place
/// (weighted 1.00).
enum class Speaker {
    unknown,
    mono,
    left,
    right,
    centre,
    lfe,
    lfe2,
    left_surround,  ///< M+110 or M+090: the side pair of 7.1, the surround pair of 5.1
    right_surround, ///< M-110 or M-090
    left_rear,      ///< M+135
    right_rear,     ///< M-135
    centre_rear,    ///< M+180
    left_centre,    ///< M+SC (about 15 to 30 degrees)
    right_centre,   ///< M-SC
    left_wide,      ///< M+060
    right_wide,     ///< M-060
    top_left_front, ///< U+030 or U+045
    top_right_front,
    top_centre_front,
    top_left_side, ///< U+090
    top_right_side,
    top_left_rear, ///< U+135
    top_right_rear,
    top_centre_rear,
    top_centre, ///< T+000
    bottom_left_front,
    bottom_right_front,
    bottom_centre_front
};

/// One Speaker a channel, in file order.
class ChannelLayout {
public:
    ChannelLayout() = default;

    explicit ChannelLayout(std::vector<Speaker> speakers) : speakers_(std::move(speakers)) {}

    /// What a file without a stated layout is taken for: 1 mono, 2 stereo, 3 L R C, 4 quad (L R Ls
    /// Rs), 5 L R C Ls Rs, 6 L R C LFE Ls Rs, 7 (6.1), 8 L R C LFE Lrs Rrs Lss Rss (WAVE order
    /// of 7.1); any other count is all `unknown`.
    static ChannelLayout default_for(int channels);

    /// By the name that name() gives, 22.2 in the order of ITU-R BS.2051 system H, all others in
    /// the order of WAVEFORMATEXTENSIBLE; nothing if there is no such name.
    static std::optional<ChannelLayout> named(std::string_view name);

    /// The names that named() knows, each once.
    static std::vector<std::string> names();

    /// From WAVEFORMATEXTENSIBLE's dwChannelMask; channels beyond the mask's bits are `unknown`.
    static ChannelLayout from_wave_mask(unsigned mask, int channels);

    /// The mask that says this layout; 0 if no mask can (an unknown speaker, or not in mask order).
    [[nodiscard]] unsigned to_wave_mask() const;

    [[nodiscard]] int channels() const noexcept { return static_cast<int>(speakers_.size()); }

    [[nodiscard]] Speaker operator[](int channel) const noexcept {
        return speakers_[static_cast<std::size_t>(channel)];
    }

    /// No channel has a stated place: there is more than one reading of it.
    [[nodiscard]] bool is_unknown() const noexcept;

    /// "mono", "stereo", "5.1", "7.1.4"…, or "N channels".
    [[nodiscard]] std::string name() const;

    friend bool operator==(const ChannelLayout&, const ChannelLayout&) = default;

private:
    std::vector<Speaker> speakers_;
};

/// "L", "R", "C", "LFE", "Ls"…; "M" for mono, "?" for unknown.
const char* short_name(Speaker speaker) noexcept;

} // namespace gainstage::audio
