"""Bodies, officers and their seats, invitations, place packs, holiday notices."""

from fastapi import APIRouter

router = APIRouter()
