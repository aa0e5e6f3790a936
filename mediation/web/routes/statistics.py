"""Statistics: received, settled, rates and times, drawn and as tables."""

from fastapi import APIRouter

router = APIRouter()
