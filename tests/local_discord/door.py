"""What tests and benchmarks use of the local Discord; nothing else of this folder is imported."""
# ruff: noqa: F401

from tests.local_discord.access import (
    CHAT_INPUT_KIND,
    everything_seen_by,
    leaves,
    remove_role,
    shut,
    unshut,
    visible_to,
)
from tests.local_discord.attachments import Upload
from tests.local_discord.caller import LINE, button, caller, row, section, select, text
from tests.local_discord.faults import Request
from tests.local_discord.forms import modal_fields
from tests.local_discord.forums import new_forum, open_post
from tests.local_discord.interactions import COMMAND, COMPONENT, Interaction
from tests.local_discord.limits import check_message
from tests.local_discord.messages import Message, button_label, is_v2, would_ping
from tests.local_discord.server import DiscordServer, scenario
from tests.local_discord.world import (
    ADMINISTRATOR,
    COMPONENTS_V2,
    CREATE_PUBLIC_THREADS,
    EPHEMERAL,
    MANAGE_GUILD,
    MANAGE_THREADS,
    SEND_MESSAGES,
    TEXT,
    THREAD,
    USUAL,
    VIEW_CHANNEL,
    Channel,
    Guild,
    Member,
    Person,
    Role,
    User,
)
from tests.local_discord.writing import edit, forward, own_role, say_with_file, unfurl
