// Debian's package graph: a real one, deep and with a large strong component, that each Debian machine has in its package index.
#pragma once

#include <istream>
#include <optional>

#include "tests/bench/generator/topology.h"

namespace onward::bench {

// From stanzas as `apt-cache dumpavail` prints them. A package is a controller, an edge leads to what it depends on, recommends or
// suggests; of alternatives to each; where no package has the name, to each that provides it. None leads to itself.
TenantGraph PackageGraphOf(std::istream& stanzas);

// Of the machine's own index. nullopt: it has none, or is no Debian.
std::optional<TenantGraph> ReadPackageGraph();

}  // namespace onward::bench
