#include "graph/model/default_categories.h"

#include <algorithm>
#include <iterator>

namespace onward::model {
namespace {

// In order of id: FindDefaultCategory searches by halves.
constexpr DefaultCategory kCategories[] = {
    {"account", "Account", "pd:Profile"},
    {"account.content", "Content and contributions", "pd:Communication"},
    {"account.credentials", "Passwords and other credentials", "pd:Authenticating"},
    {"account.id", "Account id", "pd:UID"},
    {"account.settings", "Settings", "pd:Preference"},
    {"account.username", "User name", "pd:Username"},
    {"biometric", "Biometric data", "pd:Biometric", true},
    {"communication", "Communication", "pd:Communication"},
    {"communication.audio-video", "Audio and video", "pd:VoiceCommunicationRecording"},
    {"communication.email", "Content of e-mails", "pd:EmailContent"},
    {"communication.feedback", "Feedback and opinions", "pd:Opinion"},
    {"communication.metadata", "Metadata of communications", "pd:CommunicationsMetadata"},
    {"contact", "Contact", "pd:Contact"},
    {"contact.email", "E-mail address", "pd:EmailAddress"},
    {"contact.name", "Name", "pd:Name"},
    {"contact.phone", "Telephone number", "pd:TelephoneNumber"},
    {"contact.postal-address", "Postal address", "pd:PhysicalAddress"},
    {"contact.social-media", "Social media profile", "pd:SocialMedia"},
    {"cookies", "Cookies and other identifiers on a device", "pd:Identifier"},
    {"criminal", "Criminal convictions and offences", "pd:Criminal"},
    {"demographic", "Demographic data", "pd:Demographic"},
    {"demographic.age", "Age or date of birth", "pd:Age"},
    {"demographic.gender", "Gender", "pd:Gender"},
    {"demographic.language", "Language", "pd:Language"},
    {"demographic.nationality", "Nationality", "pd:Nationality"},
    {"device", "Device", "pd:DeviceBased"},
    {"device.browser", "Browser", "pd:UserAgent"},
    {"device.id", "Device id", "pd:UID"},
    {"device.ip-address", "IP address", "pd:IPAddress"},
    {"device.operating-system", "Operating system", "pd:DeviceOperatingSystem"},
    {"ethnic-origin", "Racial or ethnic origin", "pd:EthnicOrigin", true},
    {"family", "Family and relationships", "pd:Family"},
    {"financial", "Financial data", "pd:Financial"},
    {"financial.bank-account", "Bank account", "pd:BankAccount"},
    {"financial.billing", "Billing", "pd:Transactional"},
    {"financial.credit", "Credit standing", "pd:Credit"},
    {"financial.payment-card", "Payment card", "pd:PaymentCard"},
    {"financial.transactions", "Transactions", "pd:Transaction"},
    {"genetic", "Genetic data", "pd:Genetic", true},
    {"health", "Health", "pd:MedicalHealth", true},
    {"identification", "Identification", "pd:Identifying"},
    {"identification.national-id", "National identification number", "pd:OfficialID"},
    {"identification.picture", "Picture", "pd:Picture"},
    {"location", "Location", "pd:Location"},
    {"location.country", "Country", "pd:Country"},
    {"location.precise", "Precise location", "pd:GPSCoordinate"},
    {"philosophical-belief", "Philosophical beliefs", "pd:PhilosophicalBelief", true},
    {"political", "Political opinions", "pd:PoliticalOpinion", true},
    {"preferences", "Interests and preferences", "pd:Preference"},
    {"preferences.interests", "Interests", "pd:Interest"},
    {"preferences.marketing", "Marketing choices", "pd:PrivacyPreference"},
    {"professional", "Professional life", "pd:Professional"},
    {"professional.company", "Company", "pd:CurrentEmployment"},
    {"professional.education", "Education", "pd:Education"},
    {"professional.employment", "Employment", "pd:EmploymentHistory"},
    {"professional.role", "Position", "pd:Job"},
    {"professional.salary", "Salary", "pd:Salary"},
    {"purchases", "Orders and purchases", "pd:Purchase"},
    {"religion", "Religious beliefs", "pd:ReligiousBelief", true},
    {"sex-life", "Sex life or sexual orientation", "pd:Sexual", true},
    {"technical", "Technical data", "pd:DeviceBased"},
    {"technical.connection", "Connection data", "pd:Tracking"},
    {"technical.logs", "Logs", "pd:Tracking"},
    {"union", "Trade union membership", "pd:TradeUnionMembership", true},
    {"usage", "Usage of a service", "pd:ServiceConsumptionBehavior"},
    {"usage.browsing", "Browsing", "pd:BrowsingBehavior"},
    {"usage.clicks", "Clicks", "pd:LinkClicked"},
};

}  // namespace

DefaultCategories AllDefaultCategories() {
  return {std::begin(kCategories), std::end(kCategories)};
}

const DefaultCategory* FindDefaultCategory(std::string_view id) {
  const DefaultCategory* const at = std::lower_bound(
      std::begin(kCategories), std::end(kCategories), id,
      [](const DefaultCategory& node, std::string_view wanted) { return node.id < wanted; });
  return at != std::end(kCategories) && at->id == id ? at : nullptr;
}

}  // namespace onward::model
