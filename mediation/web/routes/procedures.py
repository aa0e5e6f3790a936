"""Procedures: the chart, periods, law and proofs of each kind of dispute."""

from fastapi import APIRouter

router = APIRouter()
