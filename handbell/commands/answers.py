"""Does a web server of ours answer yet?"""

import http.client

from handbell.supervisor.ports import Port


def answers_http(port: Port) -> bool:
    """Return whether an HTTP server here gives any answer at all, be it a redirect or an error."""
    connection = http.client.HTTPConnection(port.host, port.number, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
