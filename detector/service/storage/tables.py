"""Every table of the service, so that what imports this knows all of them."""

from detector.service.storage.access import AccessKeyRow, IdempotencyRow
from detector.service.storage.alarms import AlarmTestRow, AlarmWeekRow
from detector.service.storage.banks import BankRow
from detector.service.storage.base import Base
from detector.service.storage.events import DeliveryRow, EventRow, WebhookRow
from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow
from detector.service.storage.marks import GenerationRow, MarkPictureRow, MarkRow
from detector.service.storage.periodic import PeriodicTaskRow
from detector.service.storage.policies import PolicyRow
from detector.service.storage.retrospects import PhotoFeaturesRow, RetrospectRow

__all__ = [
    "AccessKeyRow",
    "AlarmTestRow",
    "AlarmWeekRow",
    "BankRow",
    "Base",
    "DeliveryRow",
    "EventRow",
    "FindingRow",
    "GenerationRow",
    "IdempotencyRow",
    "InspectionRow",
    "MarkPictureRow",
    "MarkRow",
    "PeriodicTaskRow",
    "PhotoFeaturesRow",
    "PictureRow",
    "PolicyRow",
    "RetrospectRow",
    "WebhookRow",
]
