"""Do replies arrive?"""

from local.doctor.patient import Finding, Patient, with_parents


def inbound_region(patient: Patient) -> Finding:
    """SES receives in some regions alone; where it does, the region's mail server has an address."""
    host = _inbound(patient)
    if patient.names.exists(host):
        return Finding("inbound-region", f"SES receives in {patient.region}")
    remedy = "Deploy in another region, or with Receiving=false (replies are lost then)"
    return Finding("inbound-region", f"SES does not receive in {patient.region}", remedy)


def reply_mx(patient: Patient) -> Finding:
    """Replies must be sent to SES."""
    domain, wanted = patient.parameters["ReplyDomain"], _inbound(patient)
    if patient.names.mail_servers(domain) == [wanted]:
        return Finding("reply-mx", f"mail to {domain} comes to SES")
    remedy = f"Set in DNS, as the only MX record: {domain} MX 10 {wanted}"
    return Finding("reply-mx", f"the MX record of {domain} is not SES's", remedy)


def reply_identity(patient: Patient) -> Finding:
    """SES receives for domains that are proven to be ours, their subdomains included."""
    domain = patient.parameters["ReplyDomain"]
    for place in with_parents(domain):
        if (patient.identity(place) or {}).get("VerifiedForSendingStatus"):
            return Finding("reply-identity", f"{domain} may receive")
    remedy = f"Create the identity {domain} in the SES console and set its DKIM records"
    return Finding("reply-identity", f"SES has not seen yet that {domain} is yours", remedy)


def rule_set(patient: Patient) -> Finding:
    """One rule set of an account is active, and our rule must be in it."""
    rule = f"{patient.stack}-replies"
    active = patient.session.client("ses").describe_active_receipt_rule_set()
    name = active.get("Metadata", {}).get("Name")
    ours = [one for one in active.get("Rules", []) if one["Name"] == rule]
    if ours and ours[0].get("Enabled"):
        return Finding("rule-set", f"the active rule set {name} has the rule {rule}")
    if ours:
        return Finding("rule-set", f"the rule {rule} is switched off", "Enable it in the SES console (Email receiving)")
    if name is None:
        return Finding(
            "rule-set", "no receipt rule set is active", f"Activate {patient.stack}-receiving in the SES console"
        )
    remedy = f"Deploy with ReceiptRuleSet={name} to join it, or deactivate it"
    return Finding("rule-set", f"the active rule set {name} does not have the rule {rule}", remedy)


def _inbound(patient: Patient) -> str:
    return f"inbound-smtp.{patient.region}.amazonaws.com"
