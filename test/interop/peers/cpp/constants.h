// The constants of interop.thrift, as Apache's compiler generated them, in the struct that carries them.
#pragma once

#include "interop_constants.h"

inline scrimp::interop::Constants ownConstants() {
  const auto& g = scrimp::interop::g_interop_constants;
  scrimp::interop::Constants c;
  c.__set_yes(g.YES);
  c.__set_tiny(g.TINY);
  c.__set_small(g.SMALL);
  c.__set_medium(g.MEDIUM);
  c.__set_large(g.LARGE);
  c.__set_lowest(g.LOWEST);
  c.__set_real(g.REAL);
  c.__set_text(g.TEXT);
  c.__set_favourite(g.FAVOURITE);
  c.__set_powers(g.POWERS);
  c.__set_counts(g.COUNTS);
  c.__set_primes(g.PRIMES);
  c.__set_leaf(g.LEAF);
  c.__set_leaves(g.LEAVES);
  return c;
}
