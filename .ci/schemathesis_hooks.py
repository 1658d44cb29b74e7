"""What Schemathesis must not send, because HTTP has no way to send it."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """Leaves out forms with names that no header can hold.

    The name of a part stands in its header `Content-Disposition`, where RFC 9110 allows no control characters;
    Schemathesis writes them there as they are.
    """
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    return all(ord(letter) >= 32 and ord(letter) != 127 for name in case.body for letter in name)
