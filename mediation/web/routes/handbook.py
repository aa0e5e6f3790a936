"""The handbook: the living specification as pages, with its last results."""

from fastapi import APIRouter

router = APIRouter()
