// The shapes that graphs.h promises.
#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/service/graphs.h"

namespace onward::service_test {
namespace {

// Flows from one to the next, and how they are made.
using Link = model::Flow& (Graph::*)(uint32_t from, uint32_t to);

void Chain(Graph& graph, uint32_t length, Link link = &Graph::Flow) {
  const uint32_t first = graph.Parties(length + 1);
  for (uint32_t i = 0; i < length; ++i) {
    (graph.*(i == 0 ? &Graph::Flow : link))(first + i, first + i + 1);
  }
}

// A circle; the number of its first party.
uint32_t Ring(Graph& graph, uint32_t length) {
  const uint32_t first = graph.Parties(length);
  for (uint32_t i = 0; i < length; ++i) {
    graph.Flow(first + i, first + (i + 1) % length);
  }
  return first;
}

// Each to each; the number of its first party.
uint32_t Complete(Graph& graph, uint32_t parties) {
  const uint32_t first = graph.Parties(parties);
  for (uint32_t i = 0; i < parties; ++i) {
    for (uint32_t j = 0; j < parties; ++j) {
      if (i != j) {
        graph.Flow(first + i, first + j);
      }
    }
  }
  return first;
}

// Each of a layer to each of the next, p0 before the first: width^layers ways.
void Layers(Graph& graph, uint32_t width, uint32_t layers) {
  const uint32_t start = graph.Party();
  const uint32_t first = graph.Parties(width * layers);
  for (uint32_t i = 0; i < width; ++i) {
    graph.Flow(start, first + i);
  }
  for (uint32_t from = 0; from < width * (layers - 1); ++from) {
    for (uint32_t i = 0; i < width; ++i) {
      graph.Flow(first + from, first + (from / width + 1) * width + i);
    }
  }
}

// p0 to p1, and from there to all; `back` of each hundred answer.
void Hub(Graph& graph, uint32_t degree, uint32_t back) {
  graph.Parties(degree + 2);
  graph.Flow(0, 1);
  for (uint32_t i = 0; i < degree; ++i) {
    graph.Flow(1, i + 2);
    if (i % 100 < back) {
      graph.Flow(i + 2, 1);
    }
  }
}

// All hand to p1.
void Sink(Graph& graph, uint32_t degree) {
  graph.Parties(degree + 2);
  graph.Flow(0, 1);
  for (uint32_t i = 0; i < degree; ++i) {
    graph.Flow(i + 2, 1).data_categories = {"contact.email"};
  }
}

void Tree(Graph& graph, uint32_t parties, uint32_t children, bool inverted) {
  graph.Parties(parties);
  for (uint32_t i = 1; i < parties; ++i) {
    const uint32_t parent = (i - 1) / children;
    if (inverted) {
      graph.Flow(i, parent).data_categories = {"contact.email"};
    } else {
      graph.Flow(parent, i);
    }
  }
}

void Grid(Graph& graph, uint32_t side, bool back) {
  graph.Parties(side * side);
  for (uint32_t row = 0; row < side; ++row) {
    for (uint32_t column = 0; column < side; ++column) {
      const uint32_t here = row * side + column;
      if (column + 1 < side) {
        graph.Flow(here, here + 1);
      }
      if (row + 1 < side) {
        graph.Flow(here, here + side);
      }
      if (back && row > 0 && column > 0) {
        graph.Flow(here, here - side - 1);
      }
    }
  }
}

// Two ways at each step, which meet again: 2^steps ways.
void Diamonds(Graph& graph, uint32_t steps) {
  uint32_t last = graph.Party();
  for (uint32_t i = 0; i < steps; ++i) {
    const uint32_t next = graph.Parties(3);
    graph.Flow(last, next);
    graph.Flow(last, next + 1);
    graph.Flow(next, next + 2);
    graph.Flow(next + 1, next + 2);
    last = next + 2;
  }
}

void Drawn(Graph& graph, uint32_t parties, uint32_t flows) {
  graph.Parties(parties);
  std::mt19937_64 random(parties);
  for (uint32_t i = 0; i < flows; ++i) {
    const auto from = static_cast<uint32_t>(random() % parties);
    const auto to = static_cast<uint32_t>(random() % parties);
    graph.Flow(from, to == from ? (from + 1) % parties : to);
  }
}

// Controllers that all give to one processor, and a chain of sub-processors below it.
void Funnel(Graph& graph, uint32_t controllers, uint32_t length) {
  const uint32_t first = graph.Parties(controllers);
  const uint32_t processor = graph.Parties(length + 1);
  for (uint32_t i = 0; i < controllers; ++i) {
    model::Flow& flow = graph.Flow(first + i, processor);
    flow.data_categories = {"contact.email"};
    flow.importer_role = model::Role::kProcessor;
  }
  for (uint32_t i = 0; i < length; ++i) {
    graph.SubFlow(processor + i, processor + i + 1);
  }
}

// Each hop says for whom it is made.
void OnBehalf(Graph& graph, uint32_t controllers, uint32_t length) {
  Funnel(graph, controllers, 0);
  const uint32_t first = graph.Parties(length);
  for (uint32_t i = 0; i < length; ++i) {
    model::Flow& flow = graph.SubFlow(first + i - 1, first + i);
    for (uint32_t controller = 0; controller < controllers; ++controller) {
      flow.on_behalf_of.push_back(Graph::IdOf(controller));
    }
  }
}

// The processors of a chain, each acting for the one before it.
void DeepOnBehalf(Graph& graph, uint32_t length) {
  Chain(graph, length, &Graph::SubFlow);
  const uint32_t first = graph.Parties(length);
  for (uint32_t i = 1; i < length; ++i) {
    graph.SubFlow(i, first + i).on_behalf_of = {Graph::IdOf(i - 1)};
  }
}

void Dated(Graph& graph, uint32_t length, bool held) {
  graph.Parties(length + 1);
  const Date first = Date::Of(2022, 1, 1);
  for (uint32_t i = 0; i < length; ++i) {
    model::Flow& flow = graph.Flow(i, i + 1);
    flow.interval.from = first.Plus(static_cast<int>(i % 1'000));
    if (held) {
      flow.interval.until = first.Plus(1'000 + static_cast<int>(i % 1'000));
      flow.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
    }
  }
}

void Agreements(Graph& graph, uint32_t number) {
  Chain(graph, 10);
  for (uint32_t i = 0; i < number; ++i) {
    model::Agreement agreement;
    agreement.id = absl::StrCat("a", i);
    agreement.parties = {Graph::IdOf(0), Graph::IdOf(1)};
    agreement.instruments = {"scc-2021-914-m1"};
    agreement.signed_on = Date::Of(2023, 1, 1).Plus(static_cast<int>(i % 900));
    agreement.interval.until = agreement.signed_on->Plus(100);
    graph.Add(std::move(agreement));
  }
}

void Sites(Graph& graph, uint32_t flows, uint32_t sites) {
  graph.Parties(flows + 1);
  for (uint32_t i = 0; i < flows; ++i) {
    model::Flow& flow = graph.Flow(0, i + 1);
    for (uint32_t site = 0; site < sites; ++site) {
      model::Site place;
      place.country = site % 2 == 0 ? "US" : "IN";
      place.operator_party = Graph::IdOf((i + site) % (flows + 1));
      place.operation = model::SiteOperation::kStorage;
      flow.sites.push_back(std::move(place));
    }
  }
}

void Categories(Graph& graph, uint32_t number, bool deep) {
  graph.Parties(number + 1);
  std::string parent = "contact";
  for (uint32_t i = 0; i < number; ++i) {
    model::Category category;
    category.id = absl::StrCat("c", i);
    category.parent = parent;
    graph.Flow(0, i + 1).data_categories = {category.id};
    parent = deep ? category.id : parent;
    graph.Add(std::move(category));
  }
}

}  // namespace

std::vector<Shape> Shapes(uint64_t divisor) {
  const auto many = [divisor](uint64_t whole) {
    return static_cast<uint32_t>(std::max<uint64_t>(4, whole / std::max<uint64_t>(1, divisor)));
  };
  // The side of a square, or the width of a layer, so that the flows are divided.
  const auto side = [divisor](uint64_t whole) {
    uint64_t root = 1;
    while ((root + 1) * (root + 1) <= divisor) {
      ++root;
    }
    return static_cast<uint32_t>(std::max<uint64_t>(3, whole / root));
  };
  const auto parents = [](Graph& graph, uint32_t length, std::string model::Party::*field) {
    Chain(graph, length);
    for (uint32_t i = 1; i < length; ++i) {
      graph.party(i).*field = Graph::IdOf(i + 1);
    }
  };
  return {
      {"nothing", [](Graph&) {}},
      {"one party", [](Graph& graph) { graph.Party(); }},
      {"one flow", [](Graph& graph) { Chain(graph, 1); }},
      {"a chain", [=](Graph& graph) { Chain(graph, many(10'000)); }},
      {"a chain of sub-processors",
       [=](Graph& graph) { Chain(graph, many(10'000), &Graph::SubFlow); }},
      {"a hundred chains",
       [=](Graph& graph) {
         graph.Parties(1);
         for (int i = 0; i < 100; ++i) {
           const uint32_t first = graph.parties();
           Chain(graph, many(1'000));
           graph.Flow(0, first);
         }
       }},
      {"a chain in both directions",
       [=](Graph& graph) {
         Chain(graph, many(10'000));
         for (uint32_t i = many(10'000); i > 0; --i) {
           graph.Flow(i, i - 1);
         }
       }},
      {"a circle", [=](Graph& graph) { Ring(graph, many(10'000)); }},
      {"circles of three, one after the other",
       [=](Graph& graph) {
         uint32_t last = Ring(graph, 3);
         for (uint32_t i = 0; i < many(3'000); ++i) {
           const uint32_t next = Ring(graph, 3);
           graph.Flow(last, next);
           last = next;
         }
       }},
      {"a circle of circles",
       [=](Graph& graph) {
         std::vector<uint32_t> rings;
         for (uint32_t i = 0; i < many(100); ++i) {
           rings.push_back(Ring(graph, 100));
         }
         for (size_t i = 0; i < rings.size(); ++i) {
           graph.Flow(rings[i], rings[(i + 1) % rings.size()]);
         }
       }},
      {"a circle that hands to a chain",
       [=](Graph& graph) {
         Ring(graph, many(5'000));
         const uint32_t first = graph.parties();
         Chain(graph, many(5'000));
         graph.Flow(1, first);
       }},
      {"each to each, 30", [](Graph& graph) { Complete(graph, 30); }},
      {"each to each, 300", [=](Graph& graph) { Complete(graph, side(300)); }},
      {"each to each before a chain",
       [=](Graph& graph) {
         Complete(graph, 40);
         const uint32_t first = graph.parties();
         Chain(graph, many(5'000));
         graph.Flow(1, first);
       }},
      {"two of each to each, and a bridge",
       [=](Graph& graph) {
         const uint32_t one = Complete(graph, side(150));
         const uint32_t two = Complete(graph, side(150));
         graph.Flow(one, two);
       }},
      {"layers of 2", [=](Graph& graph) { Layers(graph, 2, many(5'000)); }},
      {"layers of 3, 60", [](Graph& graph) { Layers(graph, 3, 60); }},
      {"layers of 20, 10", [](Graph& graph) { Layers(graph, 20, 10); }},
      {"layers of 100, 10", [=](Graph& graph) { Layers(graph, side(100), 10); }},
      {"layers of 300, 2", [=](Graph& graph) { Layers(graph, side(300), 2); }},
      {"layers of 10, 100", [=](Graph& graph) { Layers(graph, 10, many(100)); }},
      {"layers that begin again",
       [](Graph& graph) {
         Layers(graph, 10, 10);
         for (uint32_t i = 0; i < 10; ++i) {
           graph.Flow(91 + i, 1 + i);
         }
       }},
      {"diamonds", [=](Graph& graph) { Diamonds(graph, many(10'000)); }},
      {"30 diamonds", [](Graph& graph) { Diamonds(graph, 30); }},
      {"a hub", [=](Graph& graph) { Hub(graph, many(100'000), 1); }},
      {"a hub that all answer", [=](Graph& graph) { Hub(graph, many(50'000), 100); }},
      {"a sink", [=](Graph& graph) { Sink(graph, many(100'000)); }},
      {"two hubs",
       [=](Graph& graph) {
         graph.Parties(many(50'000) + 3);
         graph.Flow(0, 1);
         for (uint32_t i = 3; i < many(50'000) + 3; ++i) {
           graph.Flow(1, i);
           graph.Flow(i, 2);
         }
         graph.Flow(2, 1);
       }},
      {"a tree of two", [=](Graph& graph) { Tree(graph, many(100'000), 2, false); }},
      {"a tree of three hundred", [=](Graph& graph) { Tree(graph, many(100'000), 300, false); }},
      {"a tree upside down", [=](Graph& graph) { Tree(graph, many(100'000), 2, true); }},
      {"a grid", [=](Graph& graph) { Grid(graph, side(200), false); }},
      {"a grid with ways back", [=](Graph& graph) { Grid(graph, side(150), true); }},
      {"flows side by side",
       [=](Graph& graph) {
         graph.Parties(2);
         for (uint32_t i = 0; i < many(50'000); ++i) {
           graph.Flow(0, 1);
         }
       }},
      {"a chain of ten side by side",
       [=](Graph& graph) {
         for (int i = 0; i < 10; ++i) {
           for (uint32_t from = 0; from < many(1'000); ++from) {
             while (graph.parties() <= from + 1) {
               graph.Party();
             }
             graph.Flow(from, from + 1);
           }
         }
       }},
      {"drawn, thin", [=](Graph& graph) { Drawn(graph, many(30'000), many(60'000)); }},
      {"drawn, dense", [=](Graph& graph) { Drawn(graph, side(1'000), many(100'000)); }},
      {"drawn, one component", [=](Graph& graph) { graph = RandomGraph(many(100'000), 1); }},
      {"many controllers, one processor", [=](Graph& graph) { Funnel(graph, many(20'000), 1); }},
      {"many controllers, a chain of processors",
       [=](Graph& graph) { Funnel(graph, many(5'000), 100); }},
      {"on behalf of a thousand", [=](Graph& graph) { OnBehalf(graph, many(1'000), 20); }},
      {"on behalf of each before", [=](Graph& graph) { DeepOnBehalf(graph, many(5'000)); }},
      {"a group, deep",
       [=](Graph& graph) { parents(graph, many(10'000), &model::Party::group_parent); }},
      {"branches of branches",
       [=](Graph& graph) { parents(graph, many(10'000), &model::Party::branch_of); }},
      {"flows that begin day by day", [=](Graph& graph) { Dated(graph, many(10'000), false); }},
      {"copies that are held", [=](Graph& graph) { Dated(graph, many(10'000), true); }},
      {"agreements of two", [=](Graph& graph) { Agreements(graph, many(5'000)); }},
      {"sites", [=](Graph& graph) { Sites(graph, many(1'000), 100); }},
      {"categories side by side", [=](Graph& graph) { Categories(graph, many(1'000), false); }},
      {"categories, deep", [=](Graph& graph) { Categories(graph, many(900), true); }},
  };
}

}  // namespace onward::service_test
