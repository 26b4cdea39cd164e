// The method families of Interop: X(suffix of the methods, C++ type). VALUES are passed and returned by value, OBJECTS
// by reference, as Apache's compiler generates them.
#pragma once

#include <set>
#include <string>

#include "interop_types.h"

#define VALUES(X) \
  X(Bool, bool) X(I8, int8_t) X(I16, int16_t) X(I32, int32_t) X(I64, int64_t) X(Double, double) \
  X(Colour, scrimp::interop::Colour::type) X(Instant, int64_t)

#define OBJECTS(X) \
  X(String, std::string) X(Binary, std::string) X(Everything, scrimp::interop::Everything) X(Ids, scrimp::interop::Ids) \
  X(Requiredness, scrimp::interop::Requiredness) X(Containers, scrimp::interop::Containers) \
  X(Nested, scrimp::interop::Nested) X(HardKeys, scrimp::interop::HardKeys) X(Choice, scrimp::interop::Choice) \
  X(Tree, scrimp::interop::Tree) X(Empty, scrimp::interop::Empty) X(Longs, scrimp::interop::Longs) \
  X(Index, scrimp::interop::Index) X(Texts, std::set<std::string>)
