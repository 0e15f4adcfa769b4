"""The least that an application in Python can do for a save: read the request, one upsert, commit, answer.

Served by the same gunicorn with as many processes and threads as the platform, it is the limit that the platform is
compared with. DATABASE_URL is the platform's own.
"""

import json
import os
import threading

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS bare (sitting text, q int, choices text, seq int, PRIMARY KEY (sitting, q))"
UPSERT = (
    "INSERT INTO bare VALUES (%s, %s, %s, %s) ON CONFLICT (sitting, q) "
    "DO UPDATE SET choices = EXCLUDED.choices, seq = EXCLUDED.seq WHERE bare.seq < EXCLUDED.seq"
)
_thread = threading.local()


def application(environ, start_response):
    connection = getattr(_thread, "connection", None)
    if connection is None:
        connection = _thread.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    # A page, which posts no answer, costs one upsert too: the limit is for as many requests, not for the same work.
    item = {"q": 1, "choices": "A", "seq": 1}
    if length and environ.get("CONTENT_TYPE") == "application/json":
        item |= (json.loads(environ["wsgi.input"].read(length)).get("items") or [item])[0]
    connection.execute(UPSERT, (environ["PATH_INFO"], item["q"], item["choices"], item["seq"]))
    body = json.dumps({"ack": {item["q"]: item["seq"]}}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
