#include "services/access/roles.h"

#include <array>

namespace onward::access {
namespace {

struct Row {
  v1::Permission permission;
  bool viewer, editor, auditor, admin, operates;
};

// PUT_LAW counts only with all inventories (services/access/policy.cc).
constexpr std::array<Row, 9> kTable = {{
    {v1::PERMISSION_READ, true, true, true, true, false},
    {v1::PERMISSION_WRITE, false, true, false, true, false},
    {v1::PERMISSION_READ_AUDIT, false, false, true, true, false},
    {v1::PERMISSION_EXPORT, false, false, true, true, false},
    {v1::PERMISSION_MANAGE, false, false, false, true, false},
    {v1::PERMISSION_READ_LAW, true, true, true, true, true},
    {v1::PERMISSION_PUT_LAW, false, false, false, true, false},
    {v1::PERMISSION_READ_SERVER, true, true, true, true, true},
    {v1::PERMISSION_OPERATE, false, false, false, false, true},
}};
static_assert(kTable.size() + 1 == v1::Permission_ARRAYSIZE);

bool Column(const Row& row, v1::AccessRole role) {
  switch (role) {
    case v1::ACCESS_ROLE_VIEWER:
      return row.viewer;
    case v1::ACCESS_ROLE_EDITOR:
      return row.editor;
    case v1::ACCESS_ROLE_AUDITOR:
      return row.auditor;
    case v1::ACCESS_ROLE_INVENTORY_ADMIN:
      return row.admin;
    case v1::ACCESS_ROLE_OPERATOR:
      return row.operates;
    case v1::ACCESS_ROLE_UNSPECIFIED:
    case v1::AccessRole_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::AccessRole_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return false;
}

}  // namespace

bool Allows(v1::AccessRole role, v1::Permission permission) {
  for (const Row& row : kTable) {
    if (row.permission == permission) {
      return Column(row, role);
    }
  }
  return false;
}

bool SeesInventory(v1::AccessRole role) { return Allows(role, v1::PERMISSION_READ); }

}  // namespace onward::access
