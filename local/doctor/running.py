"""Is there room to run, and does anyone hear the alarms?"""

from local.doctor.patient import Finding, Patient

# Workers of the queues besides the senders (template.yaml), and room for pages and imports.
_OTHER_WORKERS = 15
_PAGES = 20


def alarms(patient: Patient) -> Finding:
    """An alarm that nobody hears is none."""
    pages = patient.session.client("sns").get_paginator("list_subscriptions_by_topic")
    found = [
        one["SubscriptionArn"]
        for page in pages.paginate(TopicArn=patient.outputs["AlarmTopic"])
        for one in page["Subscriptions"]
    ]
    if not found:
        return Finding("alarms", "nobody is told of alarms", "Deploy with AlarmMail=you@example.org")
    if not any(arn.startswith("arn:") for arn in found):
        remedy = 'Open the mail "AWS Notification - Subscription Confirmation" and follow its link'
        return Finding("alarms", "the address for alarms has not been confirmed", remedy)
    return Finding("alarms", "alarms reach somebody")


def concurrency(patient: Patient) -> Finding:
    """A new account runs 10 functions at a time; the queues' workers alone may take more."""
    limit = patient.session.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    wanted = 2 * int(patient.parameters.get("SendConcurrency", "2")) + _OTHER_WORKERS + _PAGES
    if limit >= wanted:
        return Finding("concurrency", f"{limit} functions may run at once, {wanted} are wanted at most")
    remedy = 'Request 1,000 for Lambda\'s "Concurrent executions" in the Service Quotas console (L-B99A9384)'
    return Finding("concurrency", f"{limit} functions may run at once, {wanted} are wanted at most", remedy)
