"""Large uploads on a disk that fills up: nothing of them stays, and the browser gets to read why."""

from contextlib import suppress

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class TemporaryFile(TemporaryFileUploadHandler):
    """Django's, which leaves what it wrote, and stops reading, so that a browser that still sends sees its connection
    break instead of our page. Here the rest is read and dropped, and the error comes at the file's end."""

    _error: OSError | None = None

    def receive_data_chunk(self, raw_data, start):
        if self._error is None:
            try:
                return super().receive_data_chunk(raw_data, start)
            except OSError as error:
                self._drop(error)
        return None

    def file_complete(self, file_size):
        if self._error is not None:
            raise self._error
        try:
            return super().file_complete(file_size)  # writes what is left
        except OSError as error:
            self._drop(error)
            raise

    def _drop(self, error: OSError) -> None:
        self._error = error
        with suppress(OSError):  # of what it still had to write; the file goes all the same
            self.file.close()
