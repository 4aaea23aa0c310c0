"""May this deployment send, and will its mail be believed?"""

from local.doctor.patient import Finding, Patient, with_parents


def sandbox(patient: Patient) -> Finding:
    """SES sends to anyone only after a person at AWS agreed."""
    account = patient.session.client("sesv2").get_account()
    quota = account.get("SendQuota", {})
    if not account.get("SendingEnabled", False):
        remedy = "Answer the case that AWS opened about it (SES console, Reputation metrics)"
        return Finding("sandbox", "SES stopped the sending of this account", remedy)
    if account.get("ProductionAccessEnabled"):
        rate, most = quota.get("MaxSendRate", 0), quota.get("Max24HourSend", 0)
        return Finding("sandbox", f"SES sends to anyone, {rate:g} mails a second and {most:g} a day")
    review = account.get("Details", {}).get("ReviewDetails", {}).get("Status")
    remedy = "Request production access in the SES console (Account dashboard); docs/operating.md has the words"
    if review == "PENDING":
        remedy = "Wait for the answer to your request, usually a day"
    return Finding("sandbox", "the account is in the sandbox: SES sends to verified addresses alone", remedy)


def identity(patient: Patient) -> Finding:
    """The mail domain must be proven to be ours."""
    domain = patient.parameters["MailDomain"]
    known = patient.identity(domain)
    if known is None:
        remedy = "Deploy with CreateIdentity=true, or create the identity in the SES console"
        return Finding("identity", f"SES does not know {domain}", remedy)
    if not known.get("VerifiedForSendingStatus"):
        remedy = "Set the DKIM records (see the check dkim); SES looks for them for 72 hours"
        return Finding("identity", f"SES has not seen yet that {domain} is yours", remedy)
    return Finding("identity", f"{domain} may send")


def dkim(patient: Patient) -> Finding:
    """Mails must be signed with our domain's key."""
    domain = patient.parameters["MailDomain"]
    signing = (patient.identity(domain) or {}).get("DkimAttributes", {})
    if signing.get("Status") == "SUCCESS" and signing.get("SigningEnabled"):
        return Finding("dkim", f"mails are signed by {domain}")
    zone = signing.get("SigningHostedZone") or "dkim.amazonses.com"
    records = [f"{token}._domainkey.{domain} CNAME {token}.{zone}" for token in signing.get("Tokens", [])]
    remedy = "Set in DNS: " + "; ".join(records) if records else "Turn Easy DKIM on for the domain in the SES console"
    return Finding("dkim", f"DKIM of {domain} is {signing.get('Status', 'not set up')}", remedy)


def mail_from(patient: Patient) -> Finding:
    """Bounces come back to our own subdomain, so that SPF speaks for our domain too."""
    domain = patient.parameters.get("MailFromDomain", "")
    if not domain:
        remedy = f"Deploy with MailFromDomain=bounce.{patient.parameters['MailDomain']}"
        return Finding("mail-from", "bounces go to Amazon's domain: SPF does not speak for yours", remedy)
    wanted = f"feedback-smtp.{patient.region}.amazonses.com"
    if patient.names.mail_servers(domain) != [wanted]:
        return Finding("mail-from", f"the MX record of {domain} is not SES's", f"Set in DNS: {domain} MX 10 {wanted}")
    state = (patient.identity(patient.parameters["MailDomain"]) or {}).get("MailFromAttributes", {})
    if state.get("MailFromDomain") != domain or state.get("MailFromDomainStatus") != "SUCCESS":
        remedy = f'Set in DNS: {domain} TXT "v=spf1 include:amazonses.com ~all"; SES looks again within hours'
        return Finding("mail-from", f"SES has not accepted {domain} yet", remedy)
    return Finding("mail-from", f"bounces come back to {domain}")


def dmarc(patient: Patient) -> Finding:
    """Large mailboxes refuse bulk mail from domains without a policy."""
    domain = patient.parameters["MailDomain"]
    for place in with_parents(domain):
        if any(text.lower().startswith("v=dmarc1") for text in patient.names.texts(f"_dmarc.{place}")):
            return Finding("dmarc", f"{place} says what to do with forged mail")
    remedy = f'Set in DNS: _dmarc.{domain} TXT "v=DMARC1; p=quarantine; rua=mailto:YOU@{domain}"'
    return Finding("dmarc", f"{domain} has no DMARC record", remedy)
