"""Reading only: a queryset goes in, an annotated queryset or plain data comes out."""
