#include "clients/cli/inventory_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/offline_storage.h"
#include "clients/cli/text.h"

namespace onward::cli {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

absl::Status IoError(const std::string& what) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST", what);
}

Answer AnswerOf(const v1::InventoryFileInfo& info, const std::string& text) {
  Answer answer;
  answer.document = exchange::ToJson(info, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.text = text;
  return answer;
}

// What is in it, for people.
std::string ContentOf(const v1::InventoryFileInfo& info) {
  std::string text = Count(info.head_revision(), "revision", "revisions") + ", " +
                     Count(info.versions(), "version of a record", "versions of records") + ", " +
                     BytesText(info.bytes());
  if (info.oldest_revision() > 1) {
    text += "; history was compacted: it can be read from revision " +
            std::to_string(info.oldest_revision());
  }
  return text;
}

// Of a call on a file, with what to do.
absl::Status FileError(const absl::Status& status, Context& context) {
  const absl::Status error = FolderError(status, context);
  if (absl::IsDataLoss(status)) {
    context.hint = "Nothing was imported. Export it again where it came from.";
  }
  return error;
}

absl::Status Write(client::Client& client, const std::string& inventory, const std::string& path,
                   const services::ToldProgress& progress) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  v1::ExportInventoryRequest request;
  request.set_inventory(inventory);
  const absl::Status exported =
      client.ExportInventory(request, [&](const v1::ExportInventoryResponse& piece) {
        out.write(piece.data().data(), static_cast<std::streamsize>(piece.data().size()));
        if (progress) {
          progress("export", piece.revisions_done(), piece.revisions_total());
        }
        return out ? absl::OkStatus() : IoError("cannot write " + path);
      });
  out.close();
  return exported.ok() && !out ? IoError("cannot write " + path) : exported;
}

absl::StatusOr<v1::InventoryFileInfo> WriteChecked(client::Client& client,
                                                   const std::string& inventory,
                                                   const std::string& path,
                                                   const services::ToldProgress& progress,
                                                   Context& context) {
  const absl::Status written = Write(client, inventory, path, progress);
  if (!written.ok()) {
    return written;
  }
  const auto info = services::CheckInventoryFile(path, progress);
  return info.ok() ? info : FileError(info.status(), context);
}

}  // namespace

absl::StatusOr<Answer> ExportToFile(client::Client& client, const std::string& inventory,
                                    const std::string& path, Context& context) {
  const std::string draft = path + ".part";
  const auto info = WriteChecked(client, inventory, draft, ProgressLine(context), context);
  std::error_code error;
  if (!info.ok()) {
    std::filesystem::remove(draft, error);
    return info.status();
  }
  std::filesystem::rename(draft, path, error);
  if (error) {
    return IoError("cannot write " + path + ": " + error.message());
  }
  return AnswerOf(*info, "Inventory " + info->inventory() + " is exported to " + path + ": " +
                             ContentOf(*info) + ".\n");
}

absl::StatusOr<Answer> ImportFromFile(client::Client& client, const std::string& path,
                                      const std::string& as, Context& context) {
  const services::ToldProgress progress = ProgressLine(context);
  const auto info = services::CheckInventoryFile(path, progress);
  if (!info.ok()) {
    return FileError(info.status(), context);
  }
  std::ifstream in(path, std::ios::binary);
  uint64_t sent = 0;
  const auto imported =
      client.ImportInventory([&](v1::ImportInventoryRequest& piece) -> absl::StatusOr<bool> {
        if (sent == 0) {
          piece.set_inventory(as);
        }
        std::string data(kPieceBytes, '\0');
        in.read(data.data(), static_cast<std::streamsize>(data.size()));
        data.resize(static_cast<size_t>(in.gcount()));
        sent += data.size();
        if (progress) {
          progress("import", sent, info->bytes());
        }
        piece.set_data(std::move(data));
        return !piece.data().empty();
      });
  if (!imported.ok()) {
    return imported.status();
  }
  const v1::InventoryFileInfo& made = imported->info();
  return AnswerOf(made, "Inventory " + made.inventory() + " is imported: " + ContentOf(made) +
                            ".\nTokens and cursors of where it came from are refused here. Check "
                            "its chain: onward audit verify --inventory " +
                            made.inventory() + "\n");
}

absl::StatusOr<Answer> CheckFile(const std::string& path, Context& context) {
  const auto info = services::CheckInventoryFile(path, ProgressLine(context));
  if (!info.ok()) {
    return FileError(info.status(), context);
  }
  return AnswerOf(
      *info, path + " is whole: inventory " + info->inventory() + ", " + ContentOf(*info) + ".\n");
}

}  // namespace onward::cli
