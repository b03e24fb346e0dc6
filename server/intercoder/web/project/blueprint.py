"""The blueprint that the modules of this audience register their pages on."""

from flask import Blueprint

blueprint = Blueprint("project", __name__)
