"""The tables of surveys, a module per subject."""

from surveys.models.accounts import (
    Authenticator,
    FailedSignIn,
    Invitation,
    Passkey,
    RecoveryCode,
    SignedIn,
)
from surveys.models.audit import AuditEntry
from surveys.models.campaigns import Campaign, CampaignUnit, Counter
from surveys.models.comment_notes import CommentNote
from surveys.models.commitments import Commitment
from surveys.models.devices import Device, PairingCode
from surveys.models.edition_drafts import EditionDraft
from surveys.models.exports import SheetExport, SheetExportPart
from surveys.models.paper import KeyedSheet, PaperBatch
from surveys.models.plans import PlanLine
from surveys.models.proofs import CanarySheet, CounterProof, OptionProof
from surveys.models.proposals import Proposal
from surveys.models.quality import (
    ArrivalCount,
    CounterDayFacts,
    DayDecision,
    QualitySign,
    ServedCount,
)
from surveys.models.questionnaires import Method, Questionnaire
from surveys.models.receipts import Receipt
from surveys.models.recordings import Clip, Recording
from surveys.models.responses import Channel, Comment, Response, SetAside, StaleCell
from surveys.models.rewritings import Rewriting
from surveys.models.roles import RoleGrant
from surveys.models.tickets import SpentTicket, TicketBatch
from surveys.models.units import Succession, Tier, Unit, UnitVersion

__all__ = [
    "ArrivalCount",
    "AuditEntry",
    "Authenticator",
    "Campaign",
    "CampaignUnit",
    "CanarySheet",
    "Channel",
    "Clip",
    "Comment",
    "CommentNote",
    "Commitment",
    "Counter",
    "CounterDayFacts",
    "CounterProof",
    "DayDecision",
    "Device",
    "EditionDraft",
    "FailedSignIn",
    "Invitation",
    "KeyedSheet",
    "Method",
    "OptionProof",
    "PairingCode",
    "PaperBatch",
    "Passkey",
    "PlanLine",
    "Proposal",
    "QualitySign",
    "Questionnaire",
    "Receipt",
    "Recording",
    "RecoveryCode",
    "Response",
    "Rewriting",
    "RoleGrant",
    "ServedCount",
    "SetAside",
    "SheetExport",
    "SheetExportPart",
    "SignedIn",
    "SpentTicket",
    "StaleCell",
    "Succession",
    "TicketBatch",
    "Tier",
    "Unit",
    "UnitVersion",
]
