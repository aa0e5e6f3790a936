"""Photos and other attachments: stored sealed, given out as downloads only."""

from fastapi import APIRouter

router = APIRouter()
