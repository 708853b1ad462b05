package io.vlm4j.text;

import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaBeanELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;

/**
 * What a template reaches of a value: items of lists and maps, Python's methods, and the {@code
 * loop} variable. Jinjava's own resolver would offer every public Java method as well.
 */
final class PythonResolver extends CompositeELResolver {

  PythonResolver() {
    add(new Methods());
    add(new JinjavaListELResolver(true));
    add(new TypeConvertingMapELResolver(true));
    add(new Internals());
  }

  /** Python's methods of strings, lists and maps. */
  private static final class Methods extends ReadOnlyResolver {
    @Override
    public Object getValue(ELContext context, Object base, Object property) {
      if (isOpen(base)) {
        return null; // left to the others
      }
      context.setPropertyResolved(true); // Jinja's undefined, but for a character by its place
      return base instanceof CharSequence text && isNumber(property)
          ? PythonMethods.charAt(text.toString(), Integer.parseInt(property.toString()))
          : null;
    }

    private static boolean isOpen(Object base) {
      return base == null
          || base instanceof Map
          || base instanceof List
          || base instanceof Importable
          || base instanceof ForLoop;
    }

    @Override
    public Object invoke(
        ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
      Object result;
      if (base instanceof CharSequence text) {
        result = PythonMethods.ofString(text.toString(), method.toString(), arguments);
      } else if (base instanceof Map<?, ?> map) {
        result = PythonMethods.ofMap(map, method.toString(), arguments);
      } else if (base instanceof List<?> list) {
        result = PythonMethods.ofList(list, method.toString(), arguments);
      } else if (base instanceof Importable || base instanceof ForLoop) {
        return null; // left to Internals
      } else {
        throw new MethodNotFoundException("no method " + method + " here");
      }
      context.setPropertyResolved(true);
      return result;
    }

    private static boolean isNumber(Object property) {
      return property != null && property.toString().matches("-?\\d{1,9}");
    }
  }

  /** Jinjava calls its filters and tests by reflection, and reads its loop variable so. */
  private static final class Internals extends JinjavaBeanELResolver {
    Internals() {
      super(true);
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
      return base instanceof ForLoop ? super.getValue(context, base, property) : null;
    }
  }

  /** A resolver that neither writes nor lists. */
  private abstract static class ReadOnlyResolver extends ELResolver {
    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
      return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {}

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
      return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
      return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
      return Object.class;
    }
  }
}
