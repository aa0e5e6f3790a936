"""One's own account: password, one-time codes, sessions."""

from fastapi import APIRouter

router = APIRouter()
