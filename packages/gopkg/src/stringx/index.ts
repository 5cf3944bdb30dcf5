// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export {
  containsAnySubstrings,
  isAlpha,
  isAlphanumeric,
  isNumeric,
  padCenterChar,
  padCenterSpace,
  padLeftChar,
  padLeftSpace,
  padRightChar,
  padRightSpace,
  removeChar,
  removeString,
  repeatChar,
  reverse,
  rotate,
  shuffle,
  sub,
  subStart,
} from './stringx.js';
