// SPDX-License-Identifier: MIT
// Every unit, for those who want the whole vocabulary.
#pragma once

#include "units/calibration.h"
#include "units/gain.h"
#include "units/level.h"
#include "units/param_spec.h"
#include "units/quantity.h"
#include "units/result.h"
