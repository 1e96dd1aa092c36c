"""What the audit log can tell of, in words. A page that does something new adds its deed here."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """Something done in the panel, as the log names it."""

    SIGN_IN = "account.sign_in", _("signed in")
    SIGN_IN_REFUSED = "account.sign_in_refused", _("could not sign in")
    SIGN_OUT = "account.sign_out", _("signed out")
    SIGN_OUT_OTHERS = "account.sign_out_others", _("signed out on other devices")
    INVITE = "account.invite", _("made an invitation link")
    ACCEPT = "account.accept", _("set a password by an invitation link")
    CHANGE_PASSWORD = "account.password", _("changed the password")
    SECOND_FACTOR = "account.second_factor", _("changed signing in in two steps")
    CREATE_ACCOUNT = "account.create", _("created an account")
    CLOSE_ACCOUNT = "account.close", _("closed an account")
    OPEN_ACCOUNT = "account.open", _("opened an account again")
    GRANT = "role.grant", _("gave a role")
    REVOKE = "role.revoke", _("took a role back")
    PAIRING_CODE = "kiosk.code", _("made a code to pair a kiosk")
    REVOKE_KIOSK = "kiosk.revoke", _("revoked a kiosk")
    BRING_IN = "kiosk.bring_in", _("brought in the queue of a kiosk")
    OPEN_BATCH = "paper.open", _("began a batch of paper sheets")
    SETTLE_BATCH = "paper.settle", _("settled two entries that differed")
    CLOSE_BATCH = "paper.close", _("closed a batch of paper sheets")
    IMPORT = "sheets.import", _("imported sheets from a file")
    PRINT_POSTERS = "print.posters", _("printed posters")
    PRINT_TICKETS = "print.tickets", _("printed one-time tickets")
    SAVE_RECORDING = "recording.save", _("saved a recording")
    REMOVE_RECORDING = "recording.remove", _("removed a recording")
    BEGIN_DRAFT = "edition.draft", _("began a draft of a questionnaire")
    CHANGE_DRAFT = "edition.change", _("changed a draft of a questionnaire")
    REMOVE_DRAFT = "edition.remove", _("removed a draft of a questionnaire")
    MAKE_EDITION = "edition.make", _("made an edition of a questionnaire")
    SET_ASIDE = "day.set_aside", _("set a counter's day aside")
    COUNT_AGAIN = "day.count_again", _("counted a counter's day again")
    SERVED = "day.served", _("noted how many people a counter served")
    CREATE_CAMPAIGN = "campaign.create", _("made a campaign")
    CHANGE_CAMPAIGN = "campaign.change", _("changed a campaign")
    CHANGE_PLAN = "campaign.plan", _("changed a sample plan")
    CAMPAIGN_READY = "campaign.ready", _("declared a campaign ready")
    OPEN_CAMPAIGN = "campaign.open", _("opened a campaign")
    CLOSE_CAMPAIGN = "campaign.close", _("closed a campaign early")
    PROPOSE_RELEASE = "release.propose", _("proposed to publish")
    CONFIRM_RELEASE = "release.confirm", _("confirmed a publication")
    REFUSE_RELEASE = "release.refuse", _("refused a publication")
    WITHDRAW_RELEASE = "release.withdraw", _("took a proposal to publish back")
    HIDE_WORDS = "comment.hide", _("hid words of a comment")
    ANSWER_COMMENT = "comment.answer", _("answered a comment in public")
    COMMIT = "commitment.publish", _("published a commitment")
    WITHDRAW_COMMITMENT = "commitment.withdraw", _("withdrew a commitment")
    EXPORT_AUDIT = "audit.export", _("exported the audit log")
    ASK_EXPORT = "export.ask", _("asked for an export of sheets")
    TAKE_EXPORT = "export.take", _("downloaded an export of sheets")
