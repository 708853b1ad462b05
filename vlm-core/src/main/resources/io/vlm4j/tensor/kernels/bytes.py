def reinterpret(bytes: Tensor, dtype: int, element_bytes: int) -> Tensor:
  # The same memory as another type, one-dimensional. The view operator for this is not in TorchScript; `set_` takes
  # offsets in elements of the new type, so the source is first given its offset in those.
  # The offset must be a multiple of the element's size.
  count = bytes.numel() // element_bytes
  flat = torch.as_strided(bytes, [count], [1], bytes.storage_offset() // element_bytes)
  return torch.empty([0], dtype=dtype).set_(flat)
