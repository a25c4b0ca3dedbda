// SPDX-License-Identifier: MIT
// EarlierClipping: what was cut off in a stream before it was converted to the sample rate that it
// has. The converter's filter rings on every corner, and what lay at one level doesn't any more;
// converted back, it does. Not for streams in which flat_tops.h finds clipping as they are.
#pragma once

#include "audio/io/source.h"
#include "audio/io/watch.h"
#include "take/flat_tops.h"

#include <functional>
#include <optional>

namespace gainstage::take {

struct EarlierClipping {
    Hertz rate;          ///< at which it shows
    FlatTopsFound found; ///< frames are those of the stream as it is now
};

/// The same stream each time, from its beginning.
using OpenAgain = std::function<Result<std::unique_ptr<audio::io::Source>>()>;

/// Looks at each of earlier_rates.h's rates in turn. What is found at a much lower rate than this
/// must lie on that rate's samples: half a sample beside them, far fewer may be at the level.
/// Brick-wall filters put peaks of sounds side by side as well, but on no grid.
///   stream  converted once since, and not cut at its start by less than whole samples of the
///           earlier rate; otherwise it is found as seldom as without this
///   cost    one more pass in most cases, of a third to two fifths of the time that the first takes
///   watch   hears a fourth of the stream's frames in all; interrupted
///   found   bench/take_clipping; docs/reference/take.md
[[nodiscard]] Result<std::optional<EarlierClipping>> find_earlier_clipping(
    const FlatTops& as_it_is, const OpenAgain& open, const audio::io::Watch& watch = {});

} // namespace gainstage::take
