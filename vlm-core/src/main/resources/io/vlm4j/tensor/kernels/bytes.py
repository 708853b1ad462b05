def reinterpret(x: Tensor, dtype: int, element_bytes: int) -> Tensor:
  # The same memory as another type, one-dimensional. The view operator for this is not in TorchScript; `set_` takes
  # offsets in elements of the new type, and adds the source's, which is in elements of the old one.
  # The source must be contiguous, and its offset in bytes a multiple of the new element's size.
  old_bytes = x.element_size()
  start = x.storage_offset() * old_bytes // element_bytes - x.storage_offset()
  count = x.numel() * old_bytes // element_bytes
  return torch.empty([0], dtype=dtype, device=x.device).set_(x, start, [count], [1])
