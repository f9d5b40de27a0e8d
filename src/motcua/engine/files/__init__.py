"""Files by digest: each content kept once, checked when it comes in and whenever asked."""
