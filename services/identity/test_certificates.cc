#include "services/identity/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace onward::identity {
namespace {

EVP_PKEY* NewKey() { return EVP_EC_gen("P-256"); }

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free_all(bio);
  return text;
}

std::string PemOf(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return Text(bio);
}

void SetName(X509_NAME* name, const std::string& common_name) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* Unsigned(const TestSubject& subject, const std::string& issuer, EVP_PKEY* key, long serial) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), subject.begins_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), subject.ends_seconds);
  X509_set_pubkey(certificate, key);
  SetName(X509_get_subject_name(certificate), subject.common_name);
  SetName(X509_get_issuer_name(certificate), issuer);
  return certificate;
}

}  // namespace

std::string PemOfPrivateKey(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  return Text(bio);
}

TestAuthority::TestAuthority(const std::string& name) : name_(name), key_(NewKey()) {
  TestSubject subject;
  subject.common_name = name;
  X509* certificate = Unsigned(subject, name, key_, serial_++);
  AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate, key_, EVP_sha256());
  pem_ = PemOf(certificate);
  X509_free(certificate);
}

TestAuthority::~TestAuthority() { EVP_PKEY_free(key_); }

TestPair TestAuthority::Issue(const TestSubject& subject) {
  EVP_PKEY* key = NewKey();
  X509* certificate = Unsigned(subject, name_, key, serial_++);
  std::string names;
  for (const std::string& name : subject.names) {
    names += (names.empty() ? "" : ",") + name;
  }
  if (!names.empty()) {
    AddExtension(certificate, NID_subject_alt_name, names);
  }
  X509_sign(certificate, key_, EVP_sha256());
  TestPair pair = {PemOf(certificate), PemOfPrivateKey(key)};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

}  // namespace onward::identity
