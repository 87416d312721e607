// The reference backend: everything in ordered maps, gone with the object. Small enough to be
// obviously right; offline commands and tests use it.
#pragma once

#include <memory>

#include "storage/store.h"

namespace onward::storage {

std::unique_ptr<Store> NewMemoryStore();

}  // namespace onward::storage
