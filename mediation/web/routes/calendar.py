"""The calendar of meetings and deadlines."""

from fastapi import APIRouter

router = APIRouter()
