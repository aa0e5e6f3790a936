"""For residents, without an account: progress by code, and applying online."""

from fastapi import APIRouter

router = APIRouter()
